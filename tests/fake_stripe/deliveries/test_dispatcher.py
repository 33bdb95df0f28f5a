"""A server's deliveries: no endpoint waits for another, and the latest order holds."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from time import monotonic

import pytest
import stripe

from fake_stripe.control.deliveries import add_rule, clear_rules, deliver, drop, resend
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.in_process import InProcessClient
from fake_stripe.runtime import queue
from fake_stripe.server import worker

PATIENCE_SECONDS = 10
SLOW, QUICK = "http://slow.test/", "http://quick.test/"


@dataclass
class Endpoints:
    """One endpoint hangs until it is let go; the others answer `status` at once."""

    status: int = 200
    hanging: Event = field(default_factory=Event)
    let_go: Event = field(default_factory=Event)
    got: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.got.append((url, json.loads(body)["type"]))
        if url == SLOW:
            self.hanging.set()
            assert self.let_go.wait(PATIENCE_SECONDS)
        return self.status


@pytest.fixture
def endpoints() -> Endpoints:
    return Endpoints()


@pytest.fixture
def served(endpoints: Endpoints) -> Iterator[OfflineStripe]:
    """An offline Stripe that delivers as its server does."""
    offline = OfflineStripe(sender=endpoints)
    thread = worker.start(offline)
    yield offline
    endpoints.let_go.set()
    deliver(offline, Values({}))
    offline.close()
    thread.join(PATIENCE_SECONDS)


def _client(offline: OfflineStripe, account: str, url: str) -> stripe.StripeClient:
    """An account whose events go to this address."""
    client = stripe.StripeClient(f"sk_test_{account}", http_client=InProcessClient(offline))
    client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    return client


def _await(offline: OfflineStripe, fits: Callable[[list[Document]], bool]) -> list[Document]:
    """The deliveries once they fit: looked at after every attempt."""
    give_up = monotonic() + PATIENCE_SECONDS
    while not fits(listed := queue.listing(offline.store)):
        assert monotonic() < give_up, listed
        offline.run_due(patience=0.05)
    return listed


def _states(listed: list[Document]) -> list[str]:
    return [delivery["state"] for delivery in listed]


def test_an_endpoint_that_hangs_holds_up_no_other(
    served: OfflineStripe, endpoints: Endpoints
) -> None:
    _client(served, "alice", SLOW).v1.customers.create()
    assert endpoints.hanging.wait(PATIENCE_SECONDS)
    _client(served, "bob", QUICK).v1.customers.create()

    listed = _await(served, lambda listed: "delivered" in _states(listed))

    assert [(delivery["account"], delivery["state"]) for delivery in listed] == [
        ("alice", "pending"),
        ("bob", "delivered"),
    ]


def test_none_of_many_events_at_once_slips_past_the_rules(
    served: OfflineStripe, endpoints: Endpoints
) -> None:
    client = _client(served, "alice", QUICK)
    add_rule(served, Values({"action": "drop"}, "alice"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: client.v1.customers.create(), range(400)))
    clear_rules(served, Values({}, "alice"))
    deliver(served, Values({}, "alice"))

    assert endpoints.got == []
    assert Counter(_states(queue.listing(served.store))) == {"dropped": 400}


def test_one_endpoint_gets_its_events_in_order(served: OfflineStripe, endpoints: Endpoints) -> None:
    client = _client(served, "alice", SLOW)
    for _ in range(3):
        intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
        client.v1.payment_intents.cancel(intent.id)
    assert endpoints.hanging.wait(PATIENCE_SECONDS)
    assert len(endpoints.got) == 1
    endpoints.let_go.set()

    _await(served, lambda listed: _states(listed) == ["delivered"] * 6)

    assert [kind for _, kind in endpoints.got] == [
        "payment_intent.created",
        "payment_intent.canceled",
    ] * 3


def test_waiting_for_what_is_due_ends_although_an_endpoint_hangs(
    served: OfflineStripe, endpoints: Endpoints
) -> None:
    client = _client(served, "alice", SLOW)
    _client(served, "bob", QUICK).v1.customers.create()
    client.v1.customers.create()
    client.v1.customers.create()
    assert endpoints.hanging.wait(PATIENCE_SECONDS)

    _await(served, lambda listed: _states(listed).count("delivered") == 1)

    assert deliver(served, Values({"seconds": 0}))["waiting"] == 2
    endpoints.let_go.set()

    assert deliver(served, Values({}))["waiting"] == 0


def test_an_event_sent_again_while_it_is_under_way_is_sent_once_more(
    served: OfflineStripe, endpoints: Endpoints
) -> None:
    _client(served, "alice", SLOW).v1.customers.create()
    assert endpoints.hanging.wait(PATIENCE_SECONDS)
    (delivery,) = queue.listing(served.store)
    resend(served, Values({"event": delivery["event"]}))
    endpoints.let_go.set()

    (delivery,) = _await(served, lambda listed: len(listed[0]["attempts"]) == 2)

    assert delivery["state"] == "delivered"
    assert len(endpoints.got) == 2


@pytest.mark.parametrize(("status", "state"), [(500, "dropped"), (200, "delivered")])
def test_an_event_dropped_while_it_is_under_way_is_not_tried_again(
    status: int, state: str, served: OfflineStripe, endpoints: Endpoints
) -> None:
    endpoints.status = status
    _client(served, "alice", SLOW).v1.customers.create()
    assert endpoints.hanging.wait(PATIENCE_SECONDS)
    (delivery,) = queue.listing(served.store)
    drop(served, Values({"event": delivery["event"]}))
    endpoints.let_go.set()

    (delivery,) = _await(served, lambda listed: len(listed[0]["attempts"]) == 1)

    assert delivery["state"] == state


def test_an_attempt_that_crashes_counts_and_stops_nothing(
    served: OfflineStripe,
    endpoints: Endpoints,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(endpoints, "status", "not a status")
    _client(served, "alice", QUICK).v1.customers.create()
    _await(served, lambda listed: len(listed[0]["attempts"]) == 1)
    monkeypatch.setattr(endpoints, "status", 200)
    _client(served, "bob", QUICK).v1.customers.create()

    listed = _await(served, lambda listed: "delivered" in _states(listed))

    assert [delivery["state"] for delivery in listed] == ["pending", "delivered"]
    assert "a delivery crashed" in caplog.text
