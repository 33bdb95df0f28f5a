"""What a publishable key may do: confirm and read the intent whose secret it has."""

import json
from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.http.routing import Route
from tests.fake_stripe.payments import card_fields, from_browser

CLOSED = [route for route in OfflineStripe.router.routes if not route.publishable]


@pytest.fixture
def intent(client: stripe.StripeClient) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "metadata": {"portal": "demo"}}
    )


def _confirm(
    offline: OfflineStripe, intent: stripe.PaymentIntent, fields: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    secret = {
        "client_secret": str(intent.client_secret),
        "return_url": "https://clinic.test/return",
    }
    response = from_browser(offline, f"/v1/payment_intents/{intent.id}/confirm", secret | fields)
    return response.status, json.loads(response.body)


def test_a_typed_card_pays(offline: OfflineStripe, intent: stripe.PaymentIntent) -> None:
    status, body = _confirm(offline, intent, card_fields("4242 4242 4242 4242"))

    assert (status, body["status"]) == (200, "succeeded")


def test_a_browser_sees_no_metadata_customer_or_charge(
    offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    _, body = _confirm(offline, intent, card_fields("4242424242424242"))

    assert {"metadata", "customer", "latest_charge"}.isdisjoint(body)


def test_a_decline_shows_a_browser_no_more_than_that(
    offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    status, body = _confirm(offline, intent, card_fields("4000000000000002"))

    assert (status, body["error"]["type"]) == (402, "card_error")
    assert "metadata" not in body["error"]["payment_intent"]


def test_another_accounts_publishable_key_finds_nothing(
    offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    fields = {"client_secret": str(intent.client_secret), **card_fields("4242424242424242")}

    response = from_browser(
        offline, f"/v1/payment_intents/{intent.id}/confirm", fields, key="pk_test_bob"
    )

    assert response.status == 404


@pytest.mark.parametrize("secret", ["", "pi_1_secret_2"])
def test_without_the_client_secret_nothing_is_shown(
    secret: str, offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    response = from_browser(
        offline, f"/v1/payment_intents/{intent.id}", {"client_secret": secret}, method="GET"
    )

    assert response.status in (400, 404)


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{route.method} {route.pattern}")
def test_the_rest_of_the_api_is_closed_to_browsers(
    route: Route, offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    path = route.pattern.replace(":id", intent.id)
    response = from_browser(
        offline, path, {"client_secret": str(intent.client_secret)}, method=route.method
    )

    assert (response.status, json.loads(response.body)["error"]["code"]) == (
        403,
        "secret_key_required",
    )


def test_a_manual_intent_is_confirmed_by_the_server_alone(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    manual = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "confirmation_method": "manual"}
    )

    status, body = _confirm(offline, manual, card_fields("4242424242424242"))

    assert (status, body["error"]["type"]) == (400, "invalid_request_error")
    assert "cannot be confirmed using your publishable key" in body["error"]["message"]
    confirmed = client.v1.payment_intents.confirm(manual.id, {"payment_method": "pm_card_visa"})
    assert confirmed.status == "succeeded"


def test_a_browser_sees_neither_the_metadata_nor_the_fingerprint_of_a_payment_method(
    offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    fields = {
        name.removeprefix("payment_method_data"): text
        for name, text in card_fields("4242424242424242").items()
    }
    fields = {name[1:].replace("]", "", 1): text for name, text in fields.items()}
    made = json.loads(from_browser(offline, "/v1/payment_methods", fields).body)
    _, declined = _confirm(offline, intent, card_fields("4000000000000002"))
    _, refused = _confirm(
        offline, intent, {"payment_method": made["id"], "expand[]": "payment_method"}
    )

    nested = declined["error"]["payment_intent"]["last_payment_error"]["payment_method"]
    for shown in (made, declined["error"]["payment_method"], nested, refused["payment_method"]):
        assert shown["card"]["last4"] in ("4242", "0002")
        assert "metadata" not in shown
        assert "fingerprint" not in shown["card"]


def test_a_refusal_shows_a_browser_no_more_than_an_answer(
    offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    _confirm(offline, intent, card_fields("4242424242424242"))

    status, body = _confirm(offline, intent, card_fields("4242424242424242"))

    assert (status, body["error"]["code"]) == (400, "payment_intent_unexpected_state")
    assert {"metadata", "customer", "latest_charge"}.isdisjoint(body["error"]["payment_intent"])


@pytest.mark.parametrize(
    ("number", "changes", "code", "field"),
    [
        ("4242424242424241", {}, "incorrect_number", "number"),
        ("4242", {}, "incorrect_number", "number"),
        ("4242424242424242", {"year": "2020"}, "invalid_expiry_year", "exp_year"),
        ("4242424242424242", {"cvc": "12"}, "invalid_cvc", "cvc"),
        ("378282246310005", {"cvc": "123"}, "invalid_cvc", "cvc"),
    ],
)
def test_a_card_that_cannot_be_right_is_refused_by_field(
    number: str,
    changes: dict[str, str],
    code: str,
    field: str,
    offline: OfflineStripe,
    intent: stripe.PaymentIntent,
) -> None:
    status, body = _confirm(offline, intent, card_fields(number, **changes))

    assert (status, body["error"]["type"], body["error"]["code"]) == (402, "card_error", code)
    assert body["error"]["param"] == f"payment_method_data[card][{field}]"


def test_a_card_that_is_no_test_card_is_declined(
    offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    _, body = _confirm(offline, intent, card_fields("4111111111111111"))

    assert body["error"]["decline_code"] == "test_mode_live_card"


@pytest.mark.parametrize(
    ("number", "line1", "postal"),
    [
        ("4242424242424242", "pass", "pass"),
        ("4000000000000010", "fail", "fail"),
        ("4000000000000028", "fail", "pass"),
        ("4000000000000036", "pass", "fail"),
        ("4000000000000044", "unavailable", "unavailable"),
    ],
)
def test_the_address_is_checked_where_it_was_given(
    number: str,
    line1: str,
    postal: str,
    offline: OfflineStripe,
    intent: stripe.PaymentIntent,
    client: stripe.StripeClient,
) -> None:
    _confirm(offline, intent, card_fields(number, line1="1 High Street", postal_code="N1 1AA"))

    charge = client.v1.charges.list({"payment_intent": intent.id}).data[0]
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert charge.payment_method_details.card.checks is not None
    checks = charge.payment_method_details.card.checks
    assert (checks.address_line1_check, checks.address_postal_code_check, checks.cvc_check) == (
        line1,
        postal,
        "pass",
    )


def test_without_an_address_nothing_is_checked(
    offline: OfflineStripe, intent: stripe.PaymentIntent, client: stripe.StripeClient
) -> None:
    _confirm(offline, intent, card_fields("4000000000000010", cvc=""))

    card = (
        client.v1.charges.list({"payment_intent": intent.id})
        .data[0]
        .to_dict()["payment_method_details"]["card"]
    )
    assert set(card["checks"].values()) == {None}


def test_a_card_number_is_kept_nowhere(
    offline: OfflineStripe, intent: stripe.PaymentIntent
) -> None:
    _confirm(offline, intent, card_fields("4000000000000002"))

    kept = "\n".join(offline.store.connection.iterdump()) + repr(
        list(offline.accounts.default.received)
    )
    assert "4000000000000002" not in kept
    assert "0002" in kept


def test_a_secret_key_may_not_send_card_numbers(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.StripeError, match="generally unsafe"):
        client.v1.payment_methods.create(
            {
                "type": "card",
                "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030},
            }
        )
