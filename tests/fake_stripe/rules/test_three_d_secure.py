"""The payer's bank asks: completed, failed, declined afterwards, abandoned."""

import json
from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import card_fields, from_browser, pay

AUTHENTICATE = "/_frames/three_d_secure"


@pytest.fixture
def waiting(client: stripe.StripeClient) -> stripe.PaymentIntent:
    intent = pay(client, "pm_card_threeDSecure2Required")
    assert intent.status == "requires_action"
    return intent


def _finish(
    offline: OfflineStripe, intent: stripe.PaymentIntent, outcome: str
) -> tuple[int, dict[str, Any]]:
    fields = {
        "payment_intent": intent.id,
        "client_secret": str(intent.client_secret),
        "outcome": outcome,
    }
    response = from_browser(offline, AUTHENTICATE, fields)
    return response.status, json.loads(response.body)


def test_completing_pays(
    waiting: stripe.PaymentIntent, offline: OfflineStripe, client: stripe.StripeClient
) -> None:
    status, body = _finish(offline, waiting, "complete")

    assert (status, body["status"]) == (200, "succeeded")
    charge = client.v1.charges.list({"payment_intent": waiting.id}).data[0]
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert charge.payment_method_details.card.three_d_secure is not None
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_failing_leaves_no_charge(
    waiting: stripe.PaymentIntent, offline: OfflineStripe, client: stripe.StripeClient, inbox: Inbox
) -> None:
    _, body = _finish(offline, waiting, "fail")
    offline.run_due()

    assert body["status"] == "requires_payment_method"
    assert body["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert client.v1.charges.list({"payment_intent": waiting.id}).data == []
    assert inbox.types[-1] == "payment_intent.payment_failed"


def test_the_bank_may_decline_after_authentication(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    intent = pay(client, "pm_card_threeDSecureRequiredChargeDeclined")

    _, body = _finish(offline, intent, "complete")

    assert body["status"] == "requires_payment_method"
    assert body["last_payment_error"]["decline_code"] == "generic_decline"
    assert client.v1.charges.list({"payment_intent": intent.id}).data[0].status == "failed"


def test_finishing_twice_charges_once(
    waiting: stripe.PaymentIntent, offline: OfflineStripe, client: stripe.StripeClient
) -> None:
    _finish(offline, waiting, "complete")

    status, body = _finish(offline, waiting, "complete")

    assert (status, body["error"]["code"]) == (400, "payment_intent_unexpected_state")
    assert len(client.v1.charges.list({"payment_intent": waiting.id}).data) == 1


def test_only_who_has_the_client_secret_can_finish(
    waiting: stripe.PaymentIntent, offline: OfflineStripe
) -> None:
    fields = {
        "payment_intent": waiting.id,
        "client_secret": f"{waiting.id}_secret_guess",
        "outcome": "complete",
    }

    assert from_browser(offline, AUTHENTICATE, fields).status == 404


def test_stripe_js_is_told_to_show_the_challenge_itself(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    fields = {
        "client_secret": str(intent.client_secret),
        "use_stripe_sdk": "true",
        "return_url": "https://clinic.test/",
    }

    response = from_browser(
        offline,
        f"/v1/payment_intents/{intent.id}/confirm",
        fields | card_fields("4000002760003184"),
    )

    assert json.loads(response.body)["next_action"]["type"] == "use_stripe_sdk"


def test_a_server_gets_a_page_to_send_its_payer_to(waiting: stripe.PaymentIntent) -> None:
    assert waiting.next_action is not None
    assert waiting.next_action.type == "redirect_to_url"
    assert waiting.next_action.redirect_to_url is not None
    assert "/authenticate?payment_intent=" in str(waiting.next_action.redirect_to_url.url)
