"""One payment as its page shows it. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.payments.rules import PaymentState, is_news, is_unanswered
from portal.references import is_reference


@dataclass(frozen=True)
class PaymentView:
    """One payment with what hangs on it; `unanswered` while it may be confirmed and Stripe has not
    said yet.

    `just_failed` is for a failed try that is news to its payer.
    """

    ref: str
    bill_ref: str
    bill_is_open: bool
    title: str
    amount: int
    currency: str
    state: PaymentState
    error_code: str | None
    just_failed: bool
    unanswered: bool
    paid_at: datetime | None
    method: str | None
    request_state: str | None
    invoice_number: str | None
    invoice_ready: bool

    @property
    def live(self) -> bool:
        """Whether something is still to come by itself: Stripe's answer, or the invoice."""
        preparing = self.state is PaymentState.PAID and not self.invoice_ready
        return self.unanswered or preparing or self.state is PaymentState.PROCESSING


def load_payment(session: Session, patient_id: int, ref: str, now: datetime) -> PaymentView | None:
    """The patient's payment of that reference, in one query; None where it is missing or
    another's.
    """
    if not is_reference(ref):
        return None
    row = session.execute(
        select(
            Payment,
            Bill.ref,
            Bill.state,
            Bill.title,
            ServiceRequest.state,
            Document.number,
            Document.stored_at,
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Document, is_invoice())
        .where(Payment.patient_id == patient_id, Payment.ref == ref)
    ).one_or_none()
    if row is None:
        return None
    payment, bill_ref, bill_state, title, request_state, number, stored_at = row
    since_start = now - payment.started_at
    return PaymentView(
        ref=payment.ref,
        bill_ref=bill_ref,
        bill_is_open=bill_state == BillState.OPEN,
        title=title,
        amount=payment.amount,
        currency=payment.currency,
        state=payment.state,
        error_code=payment.error_code,
        just_failed=payment.error_code is not None and is_news(since_start),
        unanswered=is_unanswered(payment.state, payment.error_code, since_start),
        paid_at=payment.paid_at,
        method=method_name(payment.brand, payment.last4, payment.wallet),
        request_state=request_state,
        invoice_number=number,
        invoice_ready=stored_at is not None,
    )


def is_invoice() -> ColumnElement[bool]:
    """For queries: the document is the payment's invoice."""
    return and_(Document.payment_id == Payment.id, Document.kind == DocumentKind.INVOICE)
