"""The judge of traffic finds what is wrong in a request, in an answer, and in a refusal."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fake_stripe.core import OfflineStripe, Request, Response
from tests.fake_stripe.traffic import request_complaints, traffic_complaints

SECRET = {"authorization": "Bearer sk_test_clinic"}
GOOD = "amount=5000&currency=gbp&confirm=true&payment_method=pm_card_visa&return_url=https://clinic.test/&expand[]=latest_charge"


def _call(offline: OfflineStripe, body: str = GOOD) -> tuple[Request, Response]:
    request = Request("POST", "/v1/payment_intents", headers=SECRET, body=body.encode())
    return request, offline.handle(request)


def test_a_call_as_it_should_be_is_let_pass(offline: OfflineStripe) -> None:
    assert traffic_complaints(*_call(offline)) == []


@pytest.mark.parametrize(
    ("method", "path", "sent", "complaint"),
    [
        (
            "POST",
            "/v1/payment_intents",
            "amount=1&currency=gbp&colour=red",
            "colour is no parameter of Stripe's",
        ),
        ("POST", "/v1/payment_intents", "amount=1.5&currency=gbp", "amount is not integer"),
        ("POST", "/v1/payment_intents", "amount=1", "currency is required"),
        ("POST", "/v1/payment_intents", "amount=1&currency=gbp&expand=x", "expand is not a list"),
        (
            "POST",
            "/v1/payment_intents",
            "amount=1&currency=gbp&metadata[a][b]=x",
            "metadata[a] is not string",
        ),
        (
            "POST",
            "/v1/payment_intents",
            "amount=1&currency=gbp&confirm=yes",
            "confirm is not boolean",
        ),
        (
            "POST",
            "/v1/payment_intents/pi_1/cancel",
            "cancellation_reason=bored",
            "cancellation_reason is not [",
        ),
        ("GET", "/v1/payment_intents", "limit=many", "limit is not integer"),
        (
            "GET",
            "/v1/payment_intents",
            "created[after]=1",
            "created[after] is no parameter of Stripe's",
        ),
        ("GET", "/v1/wishes", "", "the description has no such operation"),
    ],
)
def test_a_wrong_request_is_found(method: str, path: str, sent: str, complaint: str) -> None:
    request = (
        Request(method, path, query=sent)
        if method == "GET"
        else Request(method, path, body=sent.encode())
    )

    found = request_complaints(request)

    assert len(found) == 1
    assert found[0].startswith(complaint)


def _without_a_key(body: dict[str, Any]) -> None:
    del body["latest_charge"]["captured"]


def _with_a_key_too_many(body: dict[str, Any]) -> None:
    body["colour"] = "green"


def _with_a_word_of_its_own(body: dict[str, Any]) -> None:
    body["status"] = "paid"


def _with_text_for_a_number(body: dict[str, Any]) -> None:
    body["amount"] = "5000"


@pytest.mark.parametrize(
    "spoil",
    [_without_a_key, _with_a_key_too_many, _with_a_word_of_its_own, _with_text_for_a_number],
)
def test_a_wrong_answer_is_found(
    spoil: Callable[[dict[str, Any]], None], offline: OfflineStripe
) -> None:
    request, response = _call(offline)
    body = json.loads(response.body)
    spoil(body)

    assert traffic_complaints(request, replace(response, body=json.dumps(body).encode())) != []


def test_a_wrong_refusal_is_found(offline: OfflineStripe) -> None:
    request, response = _call(offline, "amount=5000&currency=gbp&colour=red")
    assert (response.status, traffic_complaints(request, response)) == (400, [])
    body = json.loads(response.body)
    body["error"]["type"] = "bad_luck"

    assert traffic_complaints(request, replace(response, body=json.dumps(body).encode())) != []
