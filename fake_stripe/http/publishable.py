"""What a publishable key may send and see: the part of the API that Stripe.js uses.

Stripe documents it nowhere, so the parameters are the SDK's plus what Stripe.js is seen to send
along.
"""

from dataclasses import replace
from functools import cache
from typing import Any

from fake_stripe.documents import Document
from fake_stripe.http.parameters import ANYTHING, Rule
from fake_stripe.http.shapes import rules_of
from fake_stripe.objects.payment_intents import PUBLISHABLE

_TELEMETRY = dict.fromkeys(
    [
        "_stripe_version",
        "client_attribution_metadata",
        "expected_payment_method_type",
        "guid",
        "key",
        "muid",
        "pasted_fields",
        "payment_user_agent",
        "referrer",
        "sid",
        "time_on_page",
    ],
    ANYTHING,
)


@cache
def opened(shape: str) -> Rule:
    """The rule of `shape` as Stripe.js may use it: raw cards, client secret, its telemetry."""
    rule = rules_of(shape)
    fields = {**rule.fields, **_TELEMETRY, "client_secret": Rule("string")}
    method_data = fields.get("payment_method_data")
    if method_data is not None:
        # Only Stripe's own frames send a card here; POST /v1/payment_methods has its shape.
        typed = {
            name: rules_of("PaymentMethodCreateParams").fields[name] for name in ("card", "type")
        }
        fields["payment_method_data"] = replace(
            method_data, fields={**method_data.fields, **_TELEMETRY, **typed}
        )
    return replace(rule, fields=fields)


def visible(document: Document) -> Document:
    """The part of an answer or error that a publishable key may see, at every depth.

    Of a PaymentIntent what Stripe documents: no metadata, no customer, no charge; of a
    PaymentMethod neither metadata nor the card's fingerprint. An error that came of a charge names
    it, as Stripe's does.
    """
    return {
        key: _inside(value)
        for key, value in document.items()
        if _may_be_seen(document.get("object"), key)
    }


def _may_be_seen(kind: object, key: str) -> bool:
    if kind == "payment_intent":
        return key in PUBLISHABLE
    return not (kind == "payment_method" and key == "metadata") and key != "fingerprint"


def _inside(value: Any) -> Any:
    if isinstance(value, list):
        return [_inside(entry) for entry in value]
    return visible(value) if isinstance(value, dict) else value
