"""What needs a person: payments held for review, jobs that keep failing, events nobody acts on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
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
        Concern(title, subject, since, reason or "")
        for title, query in _CONCERNS
        for subject, since, reason in session.execute(query.limit(MOST))
    ]


# What each kind is called, and its subjects, moments and reasons.
_CONCERNS: tuple[tuple[str, Select[str, datetime, str | None]], ...] = (
    (
        "Payment held for review",
        select(Payment.ref, Payment.created_at, Payment.review_reason)
        .where(Payment.state == PaymentState.REVIEW)
        .order_by(Payment.id),
    ),
    (
        "Payment cannot be looked up",
        select(Payment.ref, Payment.created_at, Payment.last_error)
        .where(Payment.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Payment.id),
    ),
    (
        "Event cannot be applied",
        select(StripeEvent.stripe_id, StripeEvent.received_at, StripeEvent.last_error)
        .where(StripeEvent.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(StripeEvent.id),
    ),
    (
        "Invoice cannot be drawn",
        select(Invoice.number, Payment.created_at, Invoice.last_error)
        .join(Payment, Payment.id == Invoice.payment_id)
        .where(Invoice.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Invoice.id),
    ),
    (
        "Mail cannot be sent",
        select(Mail.ref, Mail.created_at, Mail.last_error)
        .where(Mail.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Mail.id),
    ),
    (
        "Event to be dealt with by hand",
        select(StripeEvent.stripe_id, StripeEvent.received_at, StripeEvent.type)
        .where(StripeEvent.outcome == Outcome.UNHANDLED)
        .order_by(StripeEvent.id),
    ),
)
