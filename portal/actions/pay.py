"""Paying a bill: one current payment per bill, every state taken from Stripe."""

from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.payments.rules import PaymentState, is_expired
from portal.payments.service import FIRST_POLL, Checkout, record_checkout, reserve
from portal.stripe_api.errors import StripeUnavailable
from portal.stripe_sync.cancel import cancel_payment
from portal.stripe_sync.payments import Synced, sync_payment


def start(portal: Portal, bill_id: int, checkout: Checkout | None = None) -> Synced:
    """The bill's current payment, made at Stripe if need be, ready for the payer to confirm.

    Two calls at once, a repeat, or a crash in between come to the same PaymentIntent. `checkout` is
    who pressed Pay, kept as evidence. Raises NotPayable, StripeUnavailable, StripeRefused.
    """
    synced = _reserve_and_sync(portal, bill_id, checkout)
    if synced.state is PaymentState.CANCELED:
        # Stripe cancels after too many confirmations; the bill gets a new PaymentIntent.
        synced = _reserve_and_sync(portal, bill_id, checkout)
        if synced.state is PaymentState.CANCELED:
            raise StripeUnavailable("Stripe answers every new PaymentIntent with the same failure")
    portal.wake(FIRST_POLL)
    return synced


def follow_up(portal: Portal, payment_id: int) -> None:
    """Bring a payment to Stripe's truth; one that its payer has left for long is canceled there.

    Raises StripeUnavailable, StripeRefused.
    """
    state = sync_payment(portal, payment_id).state
    with portal.db.read() as session:
        started_at = session.get_one(Payment, payment_id).started_at
    if is_expired(state, clock.now() - started_at):
        cancel_payment(portal, payment_id, "abandoned")
        sync_payment(portal, payment_id)


def _reserve_and_sync(portal: Portal, bill_id: int, checkout: Checkout | None) -> Synced:
    payment_id = reserve(portal, bill_id)
    if checkout is not None:
        record_checkout(portal, payment_id, checkout)
    return sync_payment(portal, payment_id)
