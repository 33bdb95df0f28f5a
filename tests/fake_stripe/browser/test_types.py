"""What the offline Stripe.js hands to a shop is judged by the official types of Stripe.js."""

import json
from pathlib import Path

import pytest

from tests.fake_stripe.browser.checkout import Checkout
from tests.fake_stripe.judges import LEGACY_KEYS, openapi
from tests.fake_stripe.tools.installed import type_mistakes

pytestmark = pytest.mark.journey

SUBMITTED = 'Awaited<ReturnType<Stripe.StripeElements["submit"]>>'
ADDRESS_VALUE = 'Awaited<ReturnType<Stripe.StripeAddressElement["getValue"]>>'
RESULT = "Stripe.PaymentIntentResult"
Seen = list[tuple[str, object]]
# What the API's own description has and these types leave out.
MORE_KEYS = {
    "advice_code", "amount_details", "automatic_payment_methods", "customer_account",
    "excluded_payment_method_types", "generated_from", "payment_method_configuration_details",
    "processing", "source", "tax_id",
}  # fmt: skip
# What these types demand of a PaymentMethod, and a publishable key is not shown.
HIDDEN: dict[str, object] = {"metadata": {}}
MORE_WORDS = {"automatic_async": "automatic"}


def _without_more(value: object) -> object:
    if isinstance(value, dict):
        hidden = HIDDEN if value.get("object") == "payment_method" else {}
        return {
            key: _without_more(entry)
            for key, entry in {**hidden, **value}.items()
            if key not in MORE_KEYS
        }
    if isinstance(value, list):
        return [_without_more(entry) for entry in value]
    return MORE_WORDS.get(value, value) if isinstance(value, str) else value


def _mistakes(folder: Path, seen: Seen) -> list[str]:
    """The seen values as literals of a script, so that every key and every word counts."""
    lines = [
        f"export const value{place}: {kind} = {json.dumps(_without_more(value))};"
        for place, (kind, value) in enumerate(seen)
    ]
    script = folder / "seen.ts"
    script.write_text("\n".join(['import type * as Stripe from "@stripe/stripe-js";', *lines]))
    return type_mistakes(folder, [script])


def test_events_and_results_are_of_stripes_types(checkout: Checkout, tmp_path: Path) -> None:
    seen: Seen = []
    checkout.open_form(address=True)
    seen.append((SUBMITTED, checkout.submit()))
    checkout.address.get_by_label("Full name").fill("Alice Example")
    checkout.address.get_by_label("Address line 1").fill("1 High Street")
    checkout.address.get_by_label("Town or city").fill("Leeds")
    checkout.address.get_by_label("Postcode").fill("LS1 1AA")
    checkout.fill(postal_code=None)
    seen.append((SUBMITTED, checkout.submit()))
    seen.append(
        (
            ADDRESS_VALUE,
            checkout.run('() => elements.getElement("address", {mode: "billing"}).getValue()'),
        )
    )
    secret = checkout.offline.intent()
    seen.append((RESULT, checkout.pay(secret)))
    seen.append((RESULT, checkout.run("(secret) => stripe.retrievePaymentIntent(secret)", secret)))
    for kind, name in (("payment", "StripePaymentElement"), ("address", "StripeAddressElement")):
        seen += [(f"Stripe.{name}ChangeEvent", event) for event in checkout.events("change", kind)]
        for plain in ("ready", "focus", "blur", "loaderstart"):
            seen += [
                (f'{{elementType: "{kind}"}}', event) for event in checkout.events(plain, kind)
            ]

    assert _mistakes(tmp_path, seen) == []


def test_refusals_are_of_stripes_types(checkout: Checkout, tmp_path: Path) -> None:
    seen: Seen = []
    checkout.open_form()
    for card in ("4000000000000002", "4000000000009995", "4000000000000127", "4242424242424241"):
        checkout.fill(card)
        refused = checkout.pay(checkout.offline.intent())
        assert "error" in refused
        seen.append((RESULT, refused))

    assert _mistakes(tmp_path, seen) == []


@pytest.mark.parametrize("key", sorted(MORE_KEYS))
def test_only_what_the_api_describes_is_left_out(key: str) -> None:
    kinds = (
        "payment_intent",
        "payment_method",
        "payment_method_card",
        "billing_details",
        "api_errors",
    )
    described = openapi()["components"]["schemas"]

    assert any(
        key in described[kind]["properties"] or key in LEGACY_KEYS.get(kind, ()) for kind in kinds
    )


def test_an_untrue_value_would_be_found(tmp_path: Path) -> None:
    wrong: Seen = [
        ("Stripe.StripePaymentElementChangeEvent", {"elementType": "payment", "empty": True}),
        (RESULT, {"error": {"type": "card_problem"}}),
    ]

    assert len(_mistakes(tmp_path, wrong)) >= len(wrong)
