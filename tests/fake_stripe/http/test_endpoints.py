"""What Stripe documents and this one has not is refused by its name."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from fake_stripe import data
from fake_stripe.core import OfflineStripe, Request
from fake_stripe.http.endpoints import is_documented
from tests.fake_stripe.judges import openapi

KEY = {"authorization": "Bearer sk_test_clinic"}
DOCUMENTED = [tuple(line.split(" ")) for line in data.read("endpoints.txt").splitlines()]


def _answer(offline: OfflineStripe, method: str, path: str) -> tuple[int, dict[str, Any]]:
    response = offline.handle(Request(method, path, headers=KEY))
    return response.status, json.loads(response.body).get("error", {})


def test_every_documented_endpoint_is_here_or_refused_by_its_name(offline: OfflineStripe) -> None:
    here = {(route.method, route.pattern) for route in offline.router.routes}
    for method, pattern in DOCUMENTED:
        path = pattern.replace(":id", "x_1")
        status, error = _answer(offline, method, path)
        told = error.get("message", "").endswith(
            f"not supported by this offline Stripe: {method} {path}"
        )
        assert told == ((method, pattern) not in here), (method, pattern)
        assert not told or (status, error["type"]) == (400, "invalid_request_error")


def test_every_endpoint_of_the_openapi_document_is_known() -> None:
    for path, operations in openapi()["paths"].items():
        for method in operations:
            assert is_documented(method.upper(), path.replace("{", "x").replace("}", "")), path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/wishes"),
        ("GET", "/v1/charges/ch_1/wishes"),
        ("PUT", "/v1/invoices"),
        ("GET", "/v1"),
        ("GET", "/v1/charges/"),
        ("GET", "/v1/customers//tax_ids"),
    ],
)
def test_what_stripe_has_not_either_is_unrecognised(
    method: str, path: str, offline: OfflineStripe
) -> None:
    status, error = _answer(offline, method, path)

    assert (status, error["message"].startswith("Unrecognized request URL")) == (404, True)


def test_the_sdk_hears_it_as_a_wrong_request(client: stripe.StripeClient) -> None:
    calls: list[Callable[[], object]] = [
        client.v1.invoices.list,
        client.v1.setup_intents.create,
        client.v2.core.events.list,
        lambda: client.v1.customers.search({"query": "name:'Alice'"}),
        lambda: client.v2.core.accounts.create({"contact_email": "alice@example.test"}),
    ]
    for call in calls:
        with pytest.raises(stripe.StripeError, match="not supported by this offline Stripe: "):
            call()


def test_no_key_is_still_the_first_thing_to_miss(offline: OfflineStripe) -> None:
    response = offline.handle(Request("GET", "/v1/invoices"))

    assert response.status == 401


@pytest.mark.parametrize("header", ["stripe-account", "stripe-context"])
def test_another_account_cannot_be_named(header: str, offline: OfflineStripe) -> None:
    headers = KEY | {header: "acct_1"}

    response = offline.handle(Request("GET", "/v1/customers", headers=headers))

    assert response.status == 403
    assert b"does not have access to account 'acct_1'" in response.body
