"""One payment's whole story, for the office: amounts, attempts, refunds, documents, mails, who did
what. Reads only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.audit.models import AuditRecord
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import RequestState
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.mail.models import Mail
from portal.patients.models import Patient
from portal.payments.method import method_name
from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.payments.rules import PaymentState
from portal.references import is_reference
from portal.refunds.models import Refund
from portal.refunds.rules import MoneyBack, Sums, money_back
from portal.refunds.service import sums_of


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `what` names it, as in templates/admin/payments/_story.html.

    `row` is what it is about: an attempt, a mail, or an audit record, with `who` did it.
    `learnt_at` is when we were told: it orders what Stripe's clock, which has whole seconds, dates
    alike.
    """

    at: datetime
    learnt_at: datetime
    what: str
    row: Any
    who: str | None = None


@dataclass(frozen=True)
class Fee:
    """What Stripe kept of a charge, and what is left: minor units of the settlement currency."""

    amount: int
    fee: int
    net: int
    currency: str


@dataclass(frozen=True)
class Story:
    """A payment with all that hangs on it. Amounts in minor units."""

    ref: str
    stripe_id: str | None
    state: PaymentState
    money_back: MoneyBack
    amount: int
    currency: str
    sums: Sums
    received_currency: str
    method: str | None
    at: datetime
    patient: str
    patient_ref: str
    email: str | None
    bill_ref: str
    title: str
    request_state: RequestState | None
    fee: Fee | None
    documents: tuple[Document, ...]
    refunds: tuple[tuple[Refund, str | None], ...]
    entries: tuple[Entry, ...]

    @property
    def can_refund(self) -> bool:
        """Whether anything is left that can go back."""
        return self.state is PaymentState.PAID and self.sums.available > 0


def load_story(session: Session, ref: str) -> Story | None:
    """The payment of that reference, in seven queries."""
    if not is_reference(ref):
        return None
    found = session.execute(
        select(Payment, Bill, Patient, User.email, ServiceRequest.state)
        .join(Bill, Bill.id == Payment.bill_id)
        .join(Patient, Patient.id == Payment.patient_id)
        .outerjoin(User, User.id == Patient.user_id)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .where(Payment.ref == ref)
    ).one_or_none()
    if found is None:
        return None
    payment, bill, patient, email, request_state = found
    sums = sums_of(session, payment)
    refunds = _refunds(session, payment)
    subjects = [payment.ref, bill.ref, *(refund.ref for refund, _who in refunds)]
    return Story(
        ref=payment.ref,
        stripe_id=payment.stripe_id,
        state=payment.state,
        money_back=money_back(sums),
        amount=payment.amount,
        currency=payment.currency,
        sums=sums,
        received_currency=payment.received_currency or payment.currency,
        method=method_name(payment.brand, payment.last4, payment.wallet),
        at=payment.dated_at,
        patient=patient.name,
        patient_ref=patient.ref,
        email=email,
        bill_ref=bill.ref,
        title=bill.title,
        request_state=request_state,
        fee=_fee(session, payment),
        documents=_documents(session, payment),
        refunds=refunds,
        entries=_entries(session, payment, subjects),
    )


def _refunds(session: Session, payment: Payment) -> tuple[tuple[Refund, str | None], ...]:
    """The refunds, the newest first, each with who asked for it; None: Stripe's dashboard."""
    rows = session.execute(
        select(Refund, User.name)
        .outerjoin(User, User.id == Refund.requested_by)
        .where(Refund.payment_id == payment.id)
        .order_by(Refund.id.desc())
    )
    return tuple((refund, who) for refund, who in rows)


def _documents(session: Session, payment: Payment) -> tuple[Document, ...]:
    numbered = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
    found = select(Document).where(Document.payment_id == payment.id, Document.kind.in_(numbered))
    return tuple(session.scalars(found.order_by(Document.id)))


def _fee(session: Session, payment: Payment) -> Fee | None:
    """None until Stripe has said."""
    charge = and_(BalanceTransaction.payment_id == payment.id, BalanceTransaction.type == "charge")
    row = session.scalar(select(BalanceTransaction).where(charge).limit(1))
    return None if row is None else Fee(row.amount, row.fee, row.net, row.currency)


def _entries(session: Session, payment: Payment, subjects: list[str]) -> tuple[Entry, ...]:
    """What happened, the newest first."""
    attempts = session.scalars(select(Attempt).where(Attempt.payment_id == payment.id))
    mails = session.scalars(select(Mail).where(Mail.subject_ref.in_(subjects)))
    noted = session.execute(
        select(AuditRecord, User.name)
        .outerjoin(User, User.id == AuditRecord.user_id)
        .where(
            or_(
                and_(AuditRecord.subject_type == "payment", AuditRecord.subject_ref == payment.ref),
                and_(AuditRecord.subject_type == "bill", AuditRecord.subject_ref.in_(subjects)),
            )
        )
    )
    entries = [
        *(
            Entry(attempt.happened_at, attempt.learnt_at, "attempt", attempt)
            for attempt in attempts
        ),
        *(Entry(mail.created_at, mail.created_at, "mail", mail) for mail in mails),
        *(
            Entry(record.happened_at or record.at, record.at, "record", record, who)
            for record, who in noted
        ),
    ]
    return tuple(sorted(entries, key=_moment, reverse=True))


def _moment(entry: Entry) -> tuple[datetime, datetime]:
    return entry.at.replace(microsecond=0), entry.learnt_at
