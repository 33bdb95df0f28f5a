"""A payment in review as its page shows it. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.actions.review import review_of
from portal.bills.models import Bill
from portal.patients.models import Patient
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.payments.rules import PaymentState, Way, is_gone, ways_out
from portal.references import is_reference
from portal.refunds.models import Refund
from portal.refunds.rules import RefundState


@dataclass(frozen=True)
class ReviewView:
    """One payment and what differs. Amounts in minor units; `received` 0 where nothing came.

    `refund` is how its latest refund stands, if there is one.
    """

    ref: str
    stripe_id: str | None
    created_at: datetime
    reason: str
    bill_ref: str
    bill_title: str
    bill_state: str
    owed: int
    currency: str
    received: int
    received_currency: str
    method: str | None
    patient: str
    patient_ref: str
    is_gone: bool
    ways: frozenset[Way]
    refund: RefundState | None

    @property
    def difference(self) -> int | None:
        """How much more than the bill was received; None where the currencies differ."""
        if self.received_currency != self.currency:
            return None
        return self.received - self.owed


def load_review(session: Session, ref: str) -> ReviewView | None:
    """The payment of that reference while it is in review."""
    if not is_reference(ref):
        return None
    found = session.execute(
        select(Payment, Bill, Patient.name, Patient.ref)
        .join(Bill, Bill.id == Payment.bill_id)
        .join(Patient, Patient.id == Payment.patient_id)
        .where(Payment.ref == ref, Payment.state == PaymentState.REVIEW)
    ).one_or_none()
    if found is None:
        return None
    payment, bill, patient, patient_ref = found
    latest = select(Refund.state).where(Refund.payment_id == payment.id).order_by(Refund.id.desc())
    return ReviewView(
        ref=payment.ref,
        stripe_id=payment.stripe_id,
        created_at=payment.created_at,
        reason=payment.review_reason or "",
        bill_ref=bill.ref,
        bill_title=bill.title,
        bill_state=bill.state,
        owed=bill.total,
        currency=bill.currency,
        received=payment.received or 0,
        received_currency=payment.received_currency or bill.currency,
        method=method_name(payment.brand, payment.last4, payment.wallet),
        patient=patient,
        patient_ref=patient_ref,
        is_gone=is_gone(payment.state, payment.error_code),
        ways=ways_out(review_of(session, bill, payment)),
        refund=session.scalar(latest.limit(1)),
    )
