"""What needs a person: payments held for review, jobs that keep failing, events nobody acts on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.models import Invoice
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.mail.models import Mail
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.stripe_events.models import StripeEvent
from portal.stripe_events.service import Outcome

MOST = 100


@dataclass(frozen=True)
class Concern:
    """One thing to look at: `subject` is a reference or number, `reason` why it is here."""

    title: str
    subject: str
    since: datetime
    reason: str


def list_concerns(session: Session) -> list[Concern]:
    """At most MOST of each kind, the oldest first."""
    return [
        *_payments_in_review(session),
        *_stuck_payments(session),
        *_stuck_events(session),
        *_stuck_invoices(session),
        *_stuck_mails(session),
        *_unhandled_events(session),
    ]


def _payments_in_review(session: Session) -> list[Concern]:
    rows = session.execute(
        select(Payment.ref, Payment.created_at, Payment.review_reason)
        .where(Payment.state == PaymentState.REVIEW)
        .order_by(Payment.id)
        .limit(MOST)
    )
    return [Concern("Payment held for review", row.ref, row.created_at, row.review_reason or "") for row in rows]


def _stuck_payments(session: Session) -> list[Concern]:
    rows = session.execute(
        select(Payment.ref, Payment.created_at, Payment.last_error)
        .where(Payment.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Payment.id)
        .limit(MOST)
    )
    return [Concern("Payment cannot be looked up", row.ref, row.created_at, row.last_error or "") for row in rows]


def _stuck_events(session: Session) -> list[Concern]:
    rows = session.execute(
        select(StripeEvent.stripe_id, StripeEvent.received_at, StripeEvent.last_error)
        .where(StripeEvent.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(StripeEvent.id)
        .limit(MOST)
    )
    return [Concern("Event cannot be applied", row.stripe_id, row.received_at, row.last_error or "") for row in rows]


def _stuck_invoices(session: Session) -> list[Concern]:
    rows = session.execute(
        select(Invoice.number, Payment.paid_at, Invoice.last_error)
        .join(Payment, Payment.id == Invoice.payment_id)
        .where(Invoice.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Invoice.id)
        .limit(MOST)
    )
    return [Concern("Invoice cannot be drawn", row.number, row.paid_at, row.last_error or "") for row in rows]


def _stuck_mails(session: Session) -> list[Concern]:
    rows = session.execute(
        select(Mail.ref, Mail.created_at, Mail.last_error)
        .where(Mail.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Mail.id)
        .limit(MOST)
    )
    return [Concern("Mail cannot be sent", row.ref, row.created_at, row.last_error or "") for row in rows]


def _unhandled_events(session: Session) -> list[Concern]:
    rows = session.execute(
        select(StripeEvent.stripe_id, StripeEvent.received_at, StripeEvent.type)
        .where(StripeEvent.outcome == Outcome.UNHANDLED)
        .order_by(StripeEvent.id)
        .limit(MOST)
    )
    return [Concern("Event to be dealt with by hand", row.stripe_id, row.received_at, row.type) for row in rows]
