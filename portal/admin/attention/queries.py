"""What needs a person: payments held for review, jobs that keep failing, events nobody acts on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.documents.models import Invoice
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.mail.models import Mail
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.stripe_sync.inbox import Outcome
from portal.stripe_sync.models import StripeEvent
from portal.texts import lazy_gettext

MOST = 50


@dataclass(frozen=True)
class Concern:
    """One thing to look at: `subject` is a reference or number, `reason` why it is here."""

    subject: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class Kind:
    """What its concerns have in common, what to do about them, and the query of subjects, moments
    and reasons.
    """

    title: str
    advice: str
    query: Select[str, datetime, str | None]


@dataclass(frozen=True)
class Group:
    """The concerns of one kind, the oldest first; `has_more`: there are others after these."""

    title: str
    advice: str
    concerns: list[Concern]
    has_more: bool


def list_concerns(session: Session) -> list[Group]:
    """What needs a person, by kind, at most MOST of each; a kind without any is left out."""
    groups = []
    for kind in _KINDS:
        rows = session.execute(kind.query.limit(MOST + 1)).all()
        if rows:
            concerns = [
                Concern(subject, since, reason or "") for subject, since, reason in rows[:MOST]
            ]
            groups.append(Group(kind.title, kind.advice, concerns, has_more=len(rows) > MOST))
    return groups


_RETRIED = lazy_gettext(
    "They are tried again by themselves. If one is still here tomorrow, tell whoever runs the "
    "portal."
)
_SUBJECT = func.coalesce(Payment.ref, StripeEvent.stripe_id)
_KINDS = (
    Kind(
        lazy_gettext("Payments to check by hand"),
        lazy_gettext(
            "Stripe has something else than the bill says. Find the payment in Stripe by its "
            "reference and settle it with the patient, who has been told not to pay again."
        ),
        select(Payment.ref, Payment.created_at, Payment.review_reason)
        .where(Payment.state == PaymentState.REVIEW)
        .order_by(Payment.id),
    ),
    Kind(
        lazy_gettext("Refunds, disputes and warnings to deal with in Stripe"),
        lazy_gettext(
            "Something has happened at Stripe to these payments that the portal does not act on. "
            "They stay on this list."
        ),
        # Stripe tells of one refund with several events.
        select(
            _SUBJECT,
            func.min(StripeEvent.received_at),
            func.aggregate_strings(StripeEvent.type, ", "),
        )
        .outerjoin(Payment, Payment.stripe_id == StripeEvent.intent_id)
        .where(StripeEvent.outcome == Outcome.UNHANDLED)
        .group_by(_SUBJECT)
        .order_by(func.min(StripeEvent.id)),
    ),
    Kind(
        lazy_gettext("Payments that we cannot look up"),
        lazy_gettext(
            "Stripe does not answer for them, or not as it should. %(retried)s", retried=_RETRIED
        ),
        select(Payment.ref, Payment.created_at, Payment.last_error)
        .where(Payment.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Payment.id),
    ),
    Kind(
        lazy_gettext("News from Stripe that we cannot act on"),
        lazy_gettext(
            "The payments they are about may be out of date. %(retried)s", retried=_RETRIED
        ),
        select(StripeEvent.stripe_id, StripeEvent.received_at, StripeEvent.last_error)
        .where(StripeEvent.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(StripeEvent.id),
    ),
    Kind(
        lazy_gettext("Invoices that we cannot make"),
        lazy_gettext(
            "The patients have paid and cannot download them yet. %(retried)s", retried=_RETRIED
        ),
        select(Invoice.number, Payment.created_at, Invoice.last_error)
        .join(Payment, Payment.id == Invoice.payment_id)
        .where(Invoice.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Invoice.id),
    ),
    Kind(
        lazy_gettext("Emails that we cannot send"),
        lazy_gettext(
            "An address may be wrong, or the mail server may be down. %(retried)s", retried=_RETRIED
        ),
        select(Mail.ref, Mail.created_at, Mail.last_error)
        .where(Mail.attempts >= ATTEMPTS_BEFORE_ATTENTION)
        .order_by(Mail.id),
    ),
)
