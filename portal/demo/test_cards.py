"""Paying without a browser, with Stripe's test tokens: how the demo's history is made."""

from portal.stripe_api.client import StripeApi
from portal.stripe_api.errors import StripeRefused, our_errors

# What a payer can cause; each leaves the PaymentIntent payable.
DECLINES = frozenset(
    {
        "card_declined",
        "expired_card",
        "incorrect_cvc",
        "incorrect_number",
        "processing_error",
        "payment_intent_authentication_failure",
        "authentication_required",
    }
)


def confirm(stripe: StripeApi, stripe_id: str, payment_method: str, return_url: str) -> None:
    """Confirm a PaymentIntent with a test token (`pm_card_…`). A decline is not an error here.

    Raises StripeUnavailable, StripeRefused.
    """
    try:
        with our_errors():
            stripe.client.v1.payment_intents.confirm(
                stripe_id, {"payment_method": payment_method, "return_url": return_url}
            )
    except StripeRefused as error:
        if error.code not in DECLINES:
            raise


def change_amount(stripe: StripeApi, stripe_id: str, amount: int) -> None:
    """Change what a PaymentIntent asks for, to `amount` minor units, behind the portal's back.

    As somebody else with the account's keys could: how the demo comes to a payment that needs an
    administrator. Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        stripe.client.v1.payment_intents.update(stripe_id, {"amount": amount})
