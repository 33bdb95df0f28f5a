"""Short ways of paying, for tests about what comes after."""

from urllib.parse import urlencode

import stripe

from fake_stripe.core import OfflineStripe, Request, Response

RETURN_URL = "https://clinic.test/return"


def pay(
    client: stripe.StripeClient,
    card: str = "pm_card_visa",
    amount: int = 5000,
    currency: str = "gbp",
) -> stripe.PaymentIntent:
    """Create and confirm an intent with a test token; declines raise as the SDK raises them."""
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": currency,
            "confirm": True,
            "payment_method": card,
            "return_url": RETURN_URL,
        }
    )


def paid_charge(
    client: stripe.StripeClient,
    card: str = "pm_card_visa",
    amount: int = 5000,
    currency: str = "gbp",
) -> stripe.Charge:
    intent = pay(client, card, amount, currency)
    assert intent.status == "succeeded"
    assert isinstance(intent.latest_charge, str)
    return client.v1.charges.retrieve(intent.latest_charge)


def from_browser(
    offline: OfflineStripe,
    path: str,
    fields: dict[str, str],
    *,
    key: str = "pk_test_clinic",
    method: str = "POST",
) -> Response:
    """A request as the card form makes it: publishable key, form encoded."""
    encoded = urlencode({"key": key, **fields})
    if method != "POST":
        return offline.handle(Request(method, path, query=encoded))
    return offline.handle(Request("POST", path, body=encoded.encode()))


def card_fields(
    number: str, *, cvc: str = "123", year: str = "2030", **address: str
) -> dict[str, str]:
    """`payment_method_data` of a typed card; `address` has line1, postal_code and so on."""
    prefix = "payment_method_data"
    fields = {
        f"{prefix}[type]": "card",
        f"{prefix}[card][number]": number,
        f"{prefix}[card][exp_month]": "12",
        f"{prefix}[card][exp_year]": year,
        f"{prefix}[card][cvc]": cvc,
    }
    return fields | {
        f"{prefix}[billing_details][address][{name}]": value for name, value in address.items()
    }
