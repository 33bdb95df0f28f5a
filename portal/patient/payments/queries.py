"""A patient's payments: the list with its filters, and one payment as its page shows it. Reads
only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState
from portal.catalogue.models import Service
from portal.documents.models import Document
from portal.documents.rules import DocumentKind, Readiness, readiness
from portal.effects.mails import RECEIPT
from portal.infrastructure.keyset import beyond, cut
from portal.mail.models import Mail
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.payments.rules import PaymentState, is_news, is_unanswered
from portal.references import is_reference

PAGE_ROWS = 20


class Show(StrEnum):
    """The states that a patient can tell apart, as the list filters them."""

    ALL = "all"
    PAID = "paid"
    PROCESSING = "processing"
    UNPAID = "unpaid"
    CANCELED = "canceled"
    REVIEW = "review"


class Period(StrEnum):
    ALL = "all"
    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"


_STATES = {
    Show.PAID: (PaymentState.PAID,),
    Show.PROCESSING: (PaymentState.PROCESSING,),
    Show.UNPAID: (PaymentState.DRAFT, PaymentState.OPEN, PaymentState.ACTION),
    Show.CANCELED: (PaymentState.CANCELED,),
    Show.REVIEW: (PaymentState.REVIEW,),
}


@dataclass(frozen=True)
class Record:
    """One row of the list. `amount` in minor units."""

    ref: str
    title: str
    amount: int
    currency: str
    state: PaymentState
    at: datetime
    method: str | None
    invoice_number: str | None


@dataclass(frozen=True)
class Page:
    """Up to PAGE_ROWS records, the newest first; `after` is the reference that the next page begins
    after.
    """

    records: list[Record]
    after: str | None


@dataclass(frozen=True)
class PaymentView:
    """One payment with what hangs on it; `unanswered` while it may be confirmed and Stripe has not
    said yet.

    `just_failed` is for a failed try that is news to its payer. `what_next` is what a patient who
    has paid can expect. `receipt_to` is where the receipt is mailed; None once that has failed.
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
    what_next: str | None
    receipt_to: str | None
    receipt_sent: bool
    invoice_number: str | None
    invoice: Readiness | None

    @property
    def live(self) -> bool:
        """Whether something is still to come by itself: Stripe's answer, or the invoice."""
        drawing = self.invoice is Readiness.DRAWING
        return self.unanswered or drawing or self.state is PaymentState.PROCESSING


def list_payments(
    session: Session,
    patient_id: int,
    now: datetime,
    *,
    show: Show = Show.ALL,
    period: Period = Period.ALL,
    words: str = "",
    after: str | None = None,
) -> Page | None:
    """One page of the patient's payments; None where `after` is not a payment of theirs."""
    if after is not None and not is_reference(after):
        return None
    query = (
        select(
            Payment.id,
            Payment.ref,
            Bill.title,
            Payment.amount,
            Payment.currency,
            Payment.state,
            Payment.dated_at,
            Payment.brand,
            Payment.last4,
            Payment.wallet,
            Document.number,
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(Document, _is_invoice())
        # A draft given up before Stripe had heard of it is nothing that a patient did.
        .where(
            Payment.patient_id == patient_id,
            or_(Payment.stripe_id.is_not(None), Payment.state != PaymentState.CANCELED),
        )
        .order_by(Payment.dated_at.desc(), Payment.id.desc())
        .limit(PAGE_ROWS + 1)
    )
    if show is not Show.ALL:
        query = query.where(Payment.state.in_(_STATES[show]))
    if period is not Period.ALL:
        query = query.where(Payment.dated_at >= now - timedelta(days=int(period)))
    if words:
        query = query.where(_mentions(words))
    if after is not None:
        last = session.execute(
            select(Payment.dated_at, Payment.id).where(
                Payment.ref == after, Payment.patient_id == patient_id
            )
        ).one_or_none()
        if last is None:
            return None
        query = query.where(beyond((Payment.dated_at, Payment.id), last, newest_first=True))
    rows, has_more = cut(session.execute(query).all(), PAGE_ROWS)
    records = [
        Record(
            ref=row.ref,
            title=row.title,
            amount=row.amount,
            currency=row.currency,
            state=row.state,
            at=row.dated_at,
            method=method_name(row.brand, row.last4, row.wallet),
            invoice_number=row.number,
        )
        for row in rows
    ]
    return Page(records, records[-1].ref if has_more else None)


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
            Service.what_next,
            Mail.recipient,
            Mail.sent_at,
            Mail.attempts,
            Document.number,
            Document.stored_at,
            Document.held_for,
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Service, Service.id == ServiceRequest.service_id)
        .outerjoin(Mail, and_(Mail.subject_ref == Payment.ref, Mail.kind == RECEIPT))
        .outerjoin(Document, _is_invoice())
        .where(Payment.patient_id == patient_id, Payment.ref == ref)
    ).one_or_none()
    if row is None:
        return None
    payment, bill_ref, bill_state, title, request_state, what_next, *more = row
    recipient, sent_at, attempts, number, stored_at, held_for = more
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
        what_next=what_next,
        receipt_to=recipient if sent_at or not attempts else None,
        receipt_sent=sent_at is not None,
        invoice_number=number,
        invoice=readiness(number, stored_at, held_for),
    )


def _mentions(words: str) -> ColumnElement[bool]:
    """Each of the title and the references that people read from paper, anywhere in it, whatever
    the case.
    """
    return or_(
        *(
            column.icontains(words, autoescape=True)
            for column in (Bill.title, Payment.ref, Bill.ref, Document.number)
        )
    )


def _is_invoice() -> ColumnElement[bool]:
    return and_(Document.payment_id == Payment.id, Document.kind == DocumentKind.INVOICE)
