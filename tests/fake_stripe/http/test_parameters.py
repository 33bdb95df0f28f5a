"""Every request is judged by the SDK's own typed parameters."""

import json
from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.http.routing import Route
from fake_stripe.http.shapes import rules_of
from tests.fake_stripe.judges import parameter_complaints

SECRET = {"authorization": "Bearer sk_test_clinic"}


def _refusal(offline: OfflineStripe, path: str, body: str) -> dict[str, Any]:
    response = offline.handle(Request("POST", path, headers=SECRET, body=body.encode()))
    assert response.status == 400, response.body
    error: dict[str, Any] = json.loads(response.body)["error"]
    assert error["type"] == "invalid_request_error"
    return error


@pytest.mark.parametrize(
    ("body", "code", "param", "message"),
    [
        (
            "amount=5000&currency=gbp&colour=red",
            "parameter_unknown",
            "colour",
            "Received unknown parameter: colour",
        ),
        (
            "amount=5000&currency=gbp&shipping[x]=1&y=2",
            "parameter_unknown",
            "y",
            "Received unknown parameter: y",
        ),
        ("amount=5000", "parameter_missing", "currency", "Missing required param: currency."),
        (
            "amount=lots&currency=gbp",
            "parameter_invalid_integer",
            "amount",
            "Invalid integer: lots",
        ),
        (
            "amount=12.5&currency=gbp",
            "parameter_invalid_integer",
            "amount",
            "Invalid integer: 12.5",
        ),
        (
            "amount=\uff11\uff12&currency=gbp",
            "parameter_invalid_integer",
            "amount",
            "Invalid integer: \uff11\uff12",
        ),
        (
            "amount=1_000&currency=gbp",
            "parameter_invalid_integer",
            "amount",
            "Invalid integer: 1_000",
        ),
        (
            "amount=&currency=gbp",
            "parameter_invalid_empty",
            "amount",
            "You passed an empty string for 'amount'",
        ),
        ("amount=5000&currency=gbp&confirm=maybe", None, "confirm", "Invalid boolean: maybe"),
        ("amount=5000&currency=gbp&metadata=x", None, "metadata", "Invalid object"),
        ("amount=5000&currency=gbp&expand=x", None, "expand", "Invalid array"),
        ("amount=5000&currency=gbp&expand[a]=x", None, "expand", "Invalid array"),
        ("amount=5000&currency=gbp&description[a]=x", None, "description", "Invalid string"),
        (
            "amount=5000&currency=gbp&capture_method=never",
            None,
            "capture_method",
            "Invalid capture_method: must be one of automatic, automatic_async, or manual",
        ),
        (
            "amount=5000&currency=gbp&automatic_payment_methods[enabled]=true&automatic_payment_methods[x]=1",
            "parameter_unknown",
            "automatic_payment_methods[x]",
            "Received unknown parameter: automatic_payment_methods[x]",
        ),
        (
            "amount=5000&currency=gbp&payment_method_types[]=card",
            "payment_method_types_no_longer_supported",
            "payment_method_types",
            "no longer supported",
        ),
        ("amount=5000&currency=xyz", None, "currency", "Invalid currency: xyz."),
        ("amount=5000&currency=gbp&a[b=1", None, "a[b", "could not parse"),
        (
            "amount=5000&currency=gbp&metadata=1&metadata[a]=2",
            None,
            "metadata[a]",
            "both as a value and as a hash",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    body: str, code: str | None, param: str, message: str, offline: OfflineStripe
) -> None:
    error = _refusal(offline, "/v1/payment_intents", body)

    assert (error.get("code"), error["param"]) == (code, param)
    assert message in error["message"]


@pytest.mark.parametrize(
    ("word", "enabled"),
    [
        ("true", True),
        ("True", True),
        ("false", False),
        ("False", False),
        ("TRUE", None),
        ("1", None),
    ],
)
def test_a_boolean_may_be_spelt_as_python_spells_it(word: str, enabled: bool | None) -> None:
    body = f"amount=5000&currency=gbp&automatic_payment_methods[enabled]={word}"
    request = Request("POST", "/v1/payment_intents", headers=SECRET, body=body.encode())

    told = json.loads(OfflineStripe().handle(request).body)

    assert told.get("automatic_payment_methods", {}).get("enabled") is enabled
    assert ("error" in told) is (enabled is None)


def test_several_unknown_parameters_are_named_together(offline: OfflineStripe) -> None:
    error = _refusal(offline, "/v1/customers", "a=1&b=2")

    assert error["message"] == "Received unknown parameters: a, b"


def test_allowed_types_exclude_automatic_methods(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "gbp", "allowed_payment_method_types": ["card"],
             "automatic_payment_methods": {"enabled": True}}
        )  # fmt: skip

    assert caught.value.param == "allowed_payment_method_types"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"k" * 41: "v"}, "longer than 40 characters"),
        ({"k": "v" * 501}, "up to 500 characters"),
        ({str(number): "v" for number in range(51)}, "only have up to 50"),
    ],
)
def test_metadata_has_limits(
    metadata: dict[str, str], message: str, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=message):
        client.v1.customers.create({"metadata": metadata})


def test_metadata_is_merged_and_unset_by_nothing(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})

    merged = client.v1.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}})
    emptied = client.v1.customers.update(customer.id, {"metadata": ""})

    assert merged.to_dict()["metadata"] == {"b": "2", "c": "3"}
    assert emptied.to_dict()["metadata"] == {}


def test_every_route_is_judged_by_parameters_that_openapi_knows_too(offline: OfflineStripe) -> None:
    """The SDK (endive) and the OpenAPI document (dahlia) agree about every route we serve."""
    for route in _routes(offline):
        pattern = _openapi_path(route)
        if pattern is not None:
            assert (
                parameter_complaints(route.method, pattern, set(rules_of(route.shape).fields)) == []
            ), route.pattern


def _routes(offline: OfflineStripe) -> list[Route]:
    """Those of the documented API."""
    return [route for route in offline.router.routes if route.shape]


def _openapi_path(route: Route) -> str | None:
    names = {
        "customers": "customer", "payment_intents": "intent", "payment_methods": "payment_method",
        "charges": "charge", "refunds": "refund", "disputes": "dispute", "events": "id",
        "balance_transactions": "id", "payouts": "payout", "webhook_endpoints": "webhook_endpoint",
        "early_fraud_warnings": "early_fraud_warning", "reviews": "review",
        "files": "file",
    }  # fmt: skip
    resource = route.pattern.split("/:id")[0].rsplit("/", 1)[-1]
    return route.pattern.replace(":id", f"{{{names.get(resource)}}}")
