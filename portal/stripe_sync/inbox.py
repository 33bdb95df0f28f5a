"""Storing a webhook before Stripe is answered, and acting on it afterwards."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.context import Portal
from portal.infrastructure import clock
from portal.infrastructure.db import Database
from portal.payments.models import Payment
from portal.stripe_api.errors import StripeRefused
from portal.stripe_api.events import SeenEvent
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.refunds import sync_refunds_of
from portal.stripe_sync.rules import Outcome, is_followed, is_of_account, is_of_refunds
from portal.stripe_sync.unknown import adopt, is_ours


def receive(portal: Portal, event: SeenEvent, was_read: bool = False) -> bool:
    """Store the event durably, and whether it was news; one that is known is left as it is.

    `was_read`: it was read at Stripe, since no webhook has brought it.
    """
    now = clock.now()
    read_at = now if was_read else None
    row = StripeEvent(
        stripe_id=event.stripe_id,
        type=event.type,
        object_type=event.object_type,
        object_id=event.object_id,
        intent_id=event.intent_id,
        livemode=event.livemode,
        api_version=event.api_version,
        account=event.account,
        received_at=now,
        read_at=read_at,
        due_at=now,
    )
    try:
        with portal.db.write() as session:
            session.add(row)
    except IntegrityError:
        return False
    portal.wake(timedelta(0))
    return True


def act(portal: Portal, event_id: int) -> None:
    """Bring what a stored event is about to Stripe's truth.

    Raises StripeUnavailable, StripeRefused.
    """
    with portal.db.read() as session:
        event = session.get_one(StripeEvent, event_id)
        session.expunge(event)
    outcome = _act(portal, event)
    with portal.db.write() as session:
        event = session.get_one(StripeEvent, event_id, with_for_update=True)
        event.outcome = outcome
        event.finish()


def reopen_followed(db: Database) -> None:
    """Have events looked at again that came before anything here followed their kind.

    A new release may follow more, and so `portal migrate` calls it.
    """
    with db.write() as session:
        unhandled = StripeEvent.outcome == Outcome.UNHANDLED
        types = session.scalars(select(StripeEvent.type).where(unhandled).distinct())
        followed = [kind for kind in types if is_followed(kind)]
        session.execute(
            update(StripeEvent)
            .where(unhandled, StripeEvent.type.in_(followed))
            .values(outcome=None, due_at=clock.now())
        )


def _act(portal: Portal, event: StripeEvent) -> Outcome:
    if event.intent_id is None:
        return Outcome.UNHANDLED if is_of_account(event.object_type) else Outcome.FOREIGN
    with portal.db.read() as session:
        payment_id = _payment_of(session, event.intent_id)
    if payment_id is None:
        return _act_on_stranger(portal, event.intent_id)
    sync_payment(portal, payment_id)
    if is_of_refunds(event.type):
        sync_refunds_of(portal, payment_id)
    return Outcome.APPLIED if is_followed(event.type) else Outcome.UNHANDLED


def _act_on_stranger(portal: Portal, intent_id: str) -> Outcome:
    """A PaymentIntent that no row of ours has: of a draft whose answer was lost, or nobody's."""
    try:
        seen = portal.stripe.payment_intents.fetch(intent_id)
    except StripeRefused as error:
        if error.is_missing:
            return Outcome.FOREIGN
        raise
    if not is_ours(portal, seen):
        return Outcome.FOREIGN
    with portal.db.read() as session:
        draft_id = session.scalar(select(Payment.id).where(Payment.ref == seen.payment_ref))
    if draft_id is not None:
        sync_payment(portal, draft_id)
        return Outcome.APPLIED
    return Outcome.APPLIED if adopt(portal, seen) else Outcome.UNKNOWN


def _payment_of(session: Session, intent_id: str) -> int | None:
    return session.scalar(select(Payment.id).where(Payment.stripe_id == intent_id))
