"""Storing a webhook before Stripe is answered, and acting on it afterwards."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.stripe_api.errors import StripeRefused
from portal.stripe_api.events import SeenEvent
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.payments import sync_payment


class Outcome(StrEnum):
    APPLIED = "applied"
    FOREIGN = "foreign"
    # Ours, but of a type nobody acts on yet: it stands on the administrator's list.
    UNHANDLED = "unhandled"


# What fetching and applying the PaymentIntent fully answers.
HANDLED = frozenset({"charge.succeeded", "charge.failed", "charge.pending", "charge.updated"})


def receive(portal: Portal, event: SeenEvent) -> None:
    """Store the event durably; one that is known already is left as it is."""
    now = clock.now()
    row = StripeEvent(
        stripe_id=event.stripe_id,
        type=event.type,
        object_id=event.object_id,
        intent_id=event.intent_id,
        received_at=now,
        due_at=now,
    )
    try:
        with portal.db.write() as session:
            session.add(row)
    except IntegrityError:
        return
    portal.wake(timedelta(0))


def act(portal: Portal, event_id: int) -> None:
    """Bring the payment that a stored event is about to Stripe's truth. Raises StripeUnavailable,
    StripeRefused.
    """
    with portal.db.read() as session:
        event = session.get_one(StripeEvent, event_id)
        kind, intent_id = event.type, event.intent_id
        payment_id = _payment_of(session, intent_id)
    if payment_id is None and intent_id is not None:
        payment_id = _draft_of(portal, intent_id)
    if payment_id is None:
        outcome = Outcome.FOREIGN
    else:
        sync_payment(portal, payment_id)
        handled = kind in HANDLED or kind.startswith("payment_intent.")
        outcome = Outcome.APPLIED if handled else Outcome.UNHANDLED
    with portal.db.write() as session:
        event = session.get_one(StripeEvent, event_id, with_for_update=True)
        event.outcome = outcome
        event.finish()


def _payment_of(session: Session, intent_id: str | None) -> int | None:
    if intent_id is None:
        return None
    return session.scalar(select(Payment.id).where(Payment.stripe_id == intent_id))


def _draft_of(portal: Portal, intent_id: str) -> int | None:
    """The payment whose PaymentIntent was made while we lost the answer; its metadata names it."""
    try:
        seen = portal.stripe.payment_intents.fetch(intent_id)
    except StripeRefused as error:
        if error.is_missing:
            return None
        raise
    if seen.portal != portal.stripe.portal or seen.payment_ref is None:
        return None
    with portal.db.read() as session:
        return session.scalar(select(Payment.id).where(Payment.ref == seen.payment_ref))
