"""Paying a bill: one current payment per bill, every state taken from Stripe."""

from contextlib import suppress

from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.payments.rules import UNCONFIRMED, PaymentState, is_expired
from portal.payments.service import FIRST_POLL, current_payment_id, reserve
from portal.stripe_api.errors import StripeRefused, StripeUnavailable
from portal.stripe_api.payment_intents import CancellationReason
from portal.stripe_sync.payments import Synced, sync_payment


def start(portal: Portal, bill_id: int) -> Synced:
    """The bill's current payment, made at Stripe if need be, ready for the payer to confirm.

    Two calls at once, a repeat, or a crash in between come to the same PaymentIntent.
    Raises NotPayable, StripeUnavailable, StripeRefused.
    """
    synced = sync_payment(portal, reserve(portal, bill_id))
    if synced.state is PaymentState.CANCELED:
        # Stripe cancels after too many confirmations; the bill gets a new PaymentIntent.
        synced = sync_payment(portal, reserve(portal, bill_id))
        if synced.state is PaymentState.CANCELED:
            raise StripeUnavailable("Stripe answers every new PaymentIntent with the same failure")
    portal.wake(FIRST_POLL)
    return synced


def cancel_for_bill(portal: Portal, bill_id: int) -> bool:
    """Cancel at Stripe whatever nobody has paid yet; True when no current payment remains.

    Raises StripeUnavailable.
    """
    with portal.db.read() as session:
        payment_id = current_payment_id(session, bill_id)
    if payment_id is None:
        return True
    if sync_payment(portal, payment_id).state in UNCONFIRMED:
        _cancel(portal, payment_id, "requested_by_customer")
    return sync_payment(portal, payment_id).state is PaymentState.CANCELED


def follow_up(portal: Portal, payment_id: int) -> None:
    """Bring a payment to Stripe's truth; one that its payer has left for long is canceled there.

    Raises StripeUnavailable, StripeRefused.
    """
    state = sync_payment(portal, payment_id).state
    with portal.db.read() as session:
        started_at = session.get_one(Payment, payment_id).started_at
    if is_expired(state, clock.now() - started_at):
        _cancel(portal, payment_id, "abandoned")
        sync_payment(portal, payment_id)


def _cancel(portal: Portal, payment_id: int, reason: CancellationReason) -> None:
    """Cancel at Stripe what was just seen unpaid there."""
    with portal.db.read() as session:
        stripe_id = session.get_one(Payment, payment_id).stripe_id
    if stripe_id is not None:
        # Refused when it was paid or is gone meanwhile: the next fetch says which.
        with suppress(StripeRefused):
            portal.stripe.payment_intents.cancel(stripe_id, reason)
