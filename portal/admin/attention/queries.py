"""What needs a person: payments held for review, jobs that keep failing, events nobody acts on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from portal.documents.models import Invoice
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION, JobColumns
from portal.mail.models import Mail
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.stripe_sync.inbox import Outcome
from portal.stripe_sync.models import StripeEvent

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


_RETRIED = (
    "They are tried again by themselves. If one is still here tomorrow, tell whoever runs the "
    "portal."
)
_STOPPED = "They are not tried again. Tell whoever runs the portal."


def _is_failing(model: type[JobColumns], *, stopped: bool) -> tuple[ColumnElement[bool], ...]:
    """The rows of jobs that keep failing; those that were `stopped`, or those still tried."""
    due = model.due_at.is_(None) if stopped else model.due_at.is_not(None)
    return model.attempts >= ATTEMPTS_BEFORE_ATTENTION, due


_SUBJECT = func.coalesce(Payment.ref, StripeEvent.stripe_id)
_KINDS = (
    Kind(
        "Payments to check by hand",
        "Stripe has something else than the bill says. Find the payment in Stripe by its reference "
        "and settle it with "
        "the patient, who has been told not to pay again.",
        select(Payment.ref, Payment.created_at, Payment.review_reason)
        .where(Payment.state == PaymentState.REVIEW)
        .order_by(Payment.id),
    ),
    Kind(
        "Refunds, disputes and warnings to deal with in Stripe",
        "Something has happened at Stripe to these payments that the portal does not act on. They "
        "stay on this list.",
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
        "Payments that we cannot look up",
        f"Stripe does not answer for them, or not as it should. {_RETRIED}",
        select(Payment.ref, Payment.created_at, Payment.last_error)
        .where(*_is_failing(Payment, stopped=False))
        .order_by(Payment.id),
    ),
    Kind(
        "Payments that Stripe will not tell us about",
        f"Stripe has refused to answer for them for days. {_STOPPED}",
        select(Payment.ref, Payment.created_at, Payment.last_error)
        .where(*_is_failing(Payment, stopped=True))
        .order_by(Payment.id),
    ),
    Kind(
        "News from Stripe that we cannot act on",
        f"The payments they are about may be out of date. {_RETRIED}",
        select(StripeEvent.stripe_id, StripeEvent.received_at, StripeEvent.last_error)
        .where(*_is_failing(StripeEvent, stopped=False))
        .order_by(StripeEvent.id),
    ),
    Kind(
        "News from Stripe that we have given up on",
        f"The payments they are about may be out of date. {_STOPPED}",
        select(StripeEvent.stripe_id, StripeEvent.received_at, StripeEvent.last_error)
        .where(*_is_failing(StripeEvent, stopped=True))
        .order_by(StripeEvent.id),
    ),
    Kind(
        "Invoices that we cannot make",
        f"The patients have paid and cannot download them yet. {_RETRIED}",
        select(Invoice.number, Payment.created_at, Invoice.last_error)
        .join(Payment, Payment.id == Invoice.payment_id)
        .where(*_is_failing(Invoice, stopped=False))
        .order_by(Invoice.id),
    ),
    Kind(
        "Invoices that we have given up on",
        f"The patients have paid and cannot download them. {_STOPPED}",
        select(Invoice.number, Payment.created_at, Invoice.last_error)
        .join(Payment, Payment.id == Invoice.payment_id)
        .where(*_is_failing(Invoice, stopped=True))
        .order_by(Invoice.id),
    ),
    Kind(
        "Emails that we cannot send",
        f"The mail server may be down, or a mailbox may be full. {_RETRIED}",
        select(Mail.ref, Mail.created_at, Mail.last_error)
        .where(*_is_failing(Mail, stopped=False))
        .order_by(Mail.id),
    ),
    Kind(
        "Emails that were refused",
        "These addresses take no emails from us. We do not try them again. Ask the patient for "
        "the right address.",
        select(Mail.recipient, Mail.created_at, Mail.last_error)
        .where(*_is_failing(Mail, stopped=True))
        .order_by(Mail.id),
    ),
)
