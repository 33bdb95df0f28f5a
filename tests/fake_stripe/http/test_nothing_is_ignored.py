"""A parameter that Stripe documents does something here, or is refused by its name."""

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Params, Upload
from fake_stripe.errors import ApiError
from fake_stripe.http.parameters import Rule
from fake_stripe.http.routing import Route
from fake_stripe.in_process import InProcessClient
from tests.fake_stripe.payments import RETURN_URL, paid_charge

ROUTES = [route for route in OfflineStripe.router.routes if route.shape]
# What every call of a route needs beside the parameter that is looked at.
NEEDED: dict[str, Params] = {
    "FileCreateParams": {"purpose": "dispute_evidence", "file": Upload("a.pdf", b"%PDF-1.7")},
    "PaymentIntentCreateParams": {
        "amount": 5000,
        "currency": "gbp",
        "confirm": True,
        "payment_method": "pm_card_visa",
        "return_url": RETURN_URL,
    },
    "PaymentMethodCreateParams": {"type": "card", "card": {"token": "tok_visa"}},
    "WebhookEndpointCreateParams": {
        "url": "https://clinic.test/",
        "enabled_events": ["charge.failed"],
    },
}
# What a hash needs beside the parameter that is looked at, by its whole name.
COMPANIONS: dict[str, Params] = {
    "payment_method_data": {"type": "card", "card": {"token": "tok_visa"}},
    "card": {"token": "tok_visa"},
    "shipping": {"name": "Alice", "address": {"line1": "1 High Street"}},
    "automatic_payment_methods": {"enabled": True},
    "fraud_details": {"user_report": "safe"},
}
# `expand` is read by every route alike, once its handler has answered. A secret key needs no client
# secret. Only a publishable key may send a card's number.
TYPED = ("card[number]", "card[exp_month]", "card[exp_year]", "card[cvc]")
ELSEWHERE = ("expand", "client_secret", *TYPED)


class Seen(dict[str, Any]):
    """Parameters that note in `read` which of them were looked at, by their whole names."""

    def __init__(self, given: Params, read: set[str], path: str = "") -> None:
        self._path, self.read = path, read
        super().__init__({name: self._seen(name, value) for name, value in given.items()})

    def _name(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name

    def _seen(self, name: str, value: Any) -> Any:
        return Seen(value, self.read, self._name(name)) if isinstance(value, dict) else value

    def __getitem__(self, name: str) -> Any:
        self.read.add(self._name(name))
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401 - the point is __getitem__

    # `{**given}` reads what is overridden here, and so each value by __getitem__.
    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def keys(self) -> Any:
        return list(super().keys())

    def items(self) -> Any:
        return [(name, self[name]) for name in self]


def _names(rule: Rule, path: str = "") -> Iterator[tuple[str, Rule]]:
    """Every parameter that holds no further ones, by its whole name."""
    for name, inner in rule.fields.items():
        here = f"{path}[{name}]" if path else name
        hashes = inner.hash_rule or inner
        if hashes.fields:
            yield from _names(hashes, here)
        else:
            yield here, inner


def _value(rule: Rule) -> Any:
    """A value that the rule would let pass."""
    if rule.kind == "list":
        return [_value(rule.item or Rule("string"))]
    samples: dict[str, Any] = {"integer": 100, "boolean": True, "number": "1", "map": {"a": "b"}}
    # The last choice is seldom the one that asks for nothing.
    return rule.choices[-1] if rule.choices else samples.get(rule.kind, "x")


def _given(name: str, value: Any, needed: Params) -> Params:
    """The parameters of a call with this one and all that it cannot do without."""
    given = {key: _copy(entry) for key, entry in needed.items()}
    path, target = "", given
    *parents, last = name.replace("]", "").split("[")
    for parent in parents:
        path = f"{path}[{parent}]" if path else parent
        target = target.setdefault(parent, {})
        for key, companion in COMPANIONS.get(path, {}).items():
            target.setdefault(key, _copy(companion))
    target[last] = value
    return given


def _copy(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


@pytest.fixture(scope="module")
def used() -> tuple[OfflineStripe, dict[str, str]]:
    """One in which there is an object of each kind, and its id by the kind's place in a path."""
    offline = OfflineStripe()
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(offline))
    customer = client.v1.customers.create()
    charge = paid_charge(client, "pm_card_createDispute")
    offline.run_due()
    offline.advance(8 * 86400)
    paid_charge(client, "pm_card_riskLevelElevated")
    second = paid_charge(client)
    refund = client.v1.refunds.create({"charge": second.id, "amount": 100})
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "https://clinic.test/", "enabled_events": ["charge.failed"]}
    )
    return offline, {
        "charges": second.id,
        "customers": customer.id,
        "disputes": client.v1.disputes.list({"charge": charge.id}).data[0].id,
        "refunds": refund.id,
        "webhook_endpoints": endpoint.id,
    }


def _identifier(offline: OfflineStripe, route: Route, known: dict[str, str]) -> tuple[str, ...]:
    """The id of something that the route can be called for, fresh where calls change it."""
    if ":id" not in route.pattern:
        return ()
    resource = route.pattern.split("/:id")[0].rpartition("/")[2]
    if resource == "payment_intents":
        client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(offline))
        manual = route.pattern.endswith("/capture")
        return (_intent(client, confirmed=manual),)
    return (known.get(resource, "x"),)


def _intent(client: stripe.StripeClient, *, confirmed: bool) -> str:
    params: stripe.params.PaymentIntentCreateParams = {
        "amount": 5000,
        "currency": "gbp",
        "capture_method": "manual",
        "payment_method": "pm_card_visa",
    }
    if confirmed:
        params |= {"confirm": True, "return_url": RETURN_URL}
    return client.v1.payment_intents.create(params).id


def _looked_at(
    offline: OfflineStripe, route: Route, identifiers: tuple[str, ...], given: Params
) -> tuple[set[str], str]:
    """The parameters that a call reads, and the one that it is refused for ("" for none)."""
    read: set[str] = set()
    try:
        with offline.store.transaction():
            route.run(offline.session("clinic"), identifiers, Seen(given, read))
    except ApiError as error:
        return read, error.body.get("param", "")
    return read, ""


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_a_parameter_is_read_or_refused_by_its_name(
    route: Route, used: tuple[OfflineStripe, dict[str, str]]
) -> None:
    offline, known = used
    needed = NEEDED | {"RefundCreateParams": {"charge": known["charges"], "amount": 1}}
    ignored = []
    for name, rule in _names(route.rule(by_publishable_key=False)):
        if name.endswith(ELSEWHERE):
            continue
        given = _given(name, _value(rule), needed.get(route.shape, {}))
        if name == "payment_intent":
            given.pop("charge", None)  # one of the two says what to refund
        read, refused = _looked_at(offline, route, _identifier(offline, route, known), given)
        # A hash that is refused takes what is in it along.
        if name not in read and not (refused and name.startswith(refused)):
            ignored.append(f"{name} (refused for {refused or 'nothing'})")

    assert ignored == []
