"""The requests received, without their secrets, and the faults of those to come."""

import json

import pytest
import stripe

from fake_stripe.core import OfflineStripe, Request
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.payments import RETURN_URL, card_fields, from_browser

NUMBER = "4242424242424242"


def test_requests_are_listed_without_their_secrets(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    typed = card_fields(NUMBER, cvc="739") | {
        "client_secret": str(intent.client_secret),
        "return_url": RETURN_URL,
    }
    from_browser(offline, f"/v1/payment_intents/{intent.id}/confirm", typed)

    *_, entry = hand("requests", "GET")

    assert hand("requests", "GET")[0]["version"] == "2026-10-28.endive"
    assert entry["version"] is None
    assert (entry["path"], entry["status"]) == (f"/v1/payment_intents/{intent.id}/confirm", 200)
    assert entry["params"]["return_url"] == RETURN_URL
    assert entry["params"]["payment_method_data"]["card"] == {
        "number": "[masked]", "exp_month": "12", "exp_year": "2030", "cvc": "[masked]"
    }  # fmt: skip
    for secret in (NUMBER, "739", str(intent.client_secret), "pk_test_clinic"):
        assert secret not in json.dumps(entry["params"])


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", f'{{"number":"{NUMBER}","cvc":"739"}}'),
        ("application/x-www-form-urlencoded", f' {{"number":"{NUMBER}","cvc":"739"}}'),
        ("text/plain", f"note={NUMBER}&cvc=739"),
        ("application/x-www-form-urlencoded", f"note=Alice+said+7+{NUMBER}"),
        (
            "application/x-www-form-urlencoded",
            "metadata[note]=4242-4242+4242-4242,+or+4242+4242+4242+4242",
        ),
        ("application/x-www-form-urlencoded", f"metadata[{NUMBER}]=card"),
        ("application/x-www-form-urlencoded; charset=utf-8", f"name={NUMBER}&x=1&x[y]=2"),
    ],
)
def test_a_card_number_is_masked_wherever_it_is(
    content_type: str, body: str, hand: Hand, offline: OfflineStripe
) -> None:
    headers = {"content-type": content_type, "idempotency-key": NUMBER}
    offline.handle(
        Request("POST", f"/v1/customers/{NUMBER}", f"q={NUMBER}", headers, body.encode())
    )

    (entry,) = hand("requests", "GET")

    assert (entry["path"], entry["idempotency_key"]) == ("/v1/customers/[masked]", "[masked]")
    for secret in (NUMBER, "4242-4242", "4242 4242", "739"):
        assert secret not in json.dumps(entry["params"])


def test_what_is_no_card_number_is_kept(hand: Hand, client: stripe.StripeClient) -> None:
    client.v1.customers.create(
        {"metadata": {"reference": "4242424242424241"}}, {"idempotency_key": "k"}
    )

    (entry,) = hand("requests", "GET")

    assert (entry["path"], entry["idempotency_key"]) == ("/v1/customers", "k")
    assert entry["params"] == {"metadata": {"reference": "4242424242424241"}}


def test_of_a_long_request_only_its_length_is_kept(hand: Hand, offline: OfflineStripe) -> None:
    offline.handle(Request("POST", "/v1/customers", body=b"description=" + b"x" * 100_000))

    (entry,) = hand("requests", "GET")

    assert entry["params"] == {"[too long to keep]": "100012 bytes"}


def test_faults_are_ordered_and_cleared(hand: Hand, client: stripe.StripeClient) -> None:
    hand("faults", kind="429", match="POST /v1/customers", count=3)
    with pytest.raises(stripe.RateLimitError):
        client.v1.customers.create(options={"max_network_retries": 0})
    hand("faults", "DELETE")

    client.v1.customers.create()
