"""Canceling at Stripe what nobody has paid."""

from contextlib import suppress

from portal.context import Portal
from portal.payments.models import Payment
from portal.payments.rules import UNCONFIRMED, PaymentState
from portal.payments.service import close_gone, current_payment_id
from portal.stripe_api.errors import StripeRefused
from portal.stripe_api.payment_intents import CancellationReason
from portal.stripe_sync.payments import sync_payment


def cancel_for_bill(portal: Portal, bill_id: int) -> bool:
    """Cancel whatever nobody has paid yet; True when no current payment remains.

    Raises StripeUnavailable, StripeRefused.
    """
    with portal.db.read() as session:
        payment_id = current_payment_id(session, bill_id)
    if payment_id is None:
        return True
    if sync_payment(portal, payment_id).state in UNCONFIRMED:
        cancel_payment(portal, payment_id, "requested_by_customer")
    if sync_payment(portal, payment_id).state is PaymentState.REVIEW:
        with portal.db.write() as session:
            return close_gone(session, bill_id)
    with portal.db.read() as session:
        return current_payment_id(session, bill_id) is None


def cancel_payment(portal: Portal, payment_id: int, reason: CancellationReason) -> None:
    """Cancel at Stripe what was just seen unpaid there. Raises StripeUnavailable."""
    with portal.db.read() as session:
        stripe_id = session.get_one(Payment, payment_id).stripe_id
    if stripe_id is not None:
        # Refused when it was paid or is gone meanwhile: the next fetch says which.
        with suppress(StripeRefused):
            portal.stripe.payment_intents.cancel(stripe_id, reason)
