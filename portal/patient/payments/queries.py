"""One payment as its page shows it. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState
from portal.catalogue.models import Service
from portal.documents.models import Document
from portal.documents.rules import DocumentKind, Readiness, readiness
from portal.effects.mails import RECEIPT
from portal.mail.models import Mail
from portal.patient.payments.refunds import RefundView, list_refunds
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.payments.rules import PaymentState, is_news, is_unanswered
from portal.references import is_reference
from portal.refunds.rules import MoneyBack, money_back
from portal.refunds.service import sum_columns, sums_from


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
    money_back: MoneyBack
    refunds: tuple[RefundView, ...]

    @property
    def live(self) -> bool:
        """Whether something is still to come by itself: Stripe's answer, or a document."""
        drawn = (self.invoice, *(refund.note for refund in self.refunds))
        drawing = Readiness.DRAWING in drawn
        return self.unanswered or drawing or self.state is PaymentState.PROCESSING


def load_payment(session: Session, patient_id: int, ref: str, now: datetime) -> PaymentView | None:
    """The patient's payment of that reference, in two queries; None where it is missing or
    another's.
    """
    if not is_reference(ref):
        return None
    query: Select[*tuple[Any, ...]] = (
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
            *sum_columns(),
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Service, Service.id == ServiceRequest.service_id)
        .outerjoin(Mail, and_(Mail.subject_ref == Payment.ref, Mail.kind == RECEIPT))
        .outerjoin(Document, is_invoice())
        .where(Payment.patient_id == patient_id, Payment.ref == ref)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    payment, bill_ref, bill_state, title, request_state, what_next, *more = row
    recipient, sent_at, attempts, number, stored_at, held_for, *_ = more
    since_start = now - payment.started_at
    receipt_to = recipient if sent_at or not attempts else None
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
        receipt_to=receipt_to,
        receipt_sent=sent_at is not None,
        invoice_number=number,
        invoice=readiness(number, stored_at, held_for),
        money_back=money_back(sums_from(payment.received, row)),
        refunds=list_refunds(session, payment.id),
    )


def is_invoice() -> ColumnElement[bool]:
    """For queries: the document is the payment's invoice."""
    return and_(Document.payment_id == Payment.id, Document.kind == DocumentKind.INVOICE)
