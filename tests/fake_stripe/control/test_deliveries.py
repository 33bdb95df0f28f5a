"""Events on their way: held, released, sent again, dropped, listed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.runtime import queue
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.payments import pay


def test_held_events_are_released_in_any_order(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    hand("deliveries/rules", action="hold")
    pay(client)
    offline.run_due()
    assert (inbox.types, hand("deliveries", "GET")[0]["state"]) == ([], "held")

    assert hand("deliveries/release", order="reversed") == {"released": 4}
    hand("deliveries/rules", "DELETE")
    offline.run_due()

    assert inbox.types[0] == "charge.updated"
    assert inbox.types[-1] == "payment_intent.created"


def test_an_event_is_sent_again_by_hand(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    client.v1.customers.create()
    offline.run_due()

    hand("deliveries/resend", event=inbox.events[0].id)
    hand("deliveries/run")

    assert [event.id for event in inbox.events] == [inbox.events[0].id] * 2


def test_only_what_has_not_been_delivered_can_be_dropped(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    client.v1.customers.create()
    offline.run_due()
    hand("deliveries/rules", action="hold")
    client.v1.customers.create()
    offline.run_due()
    listed = hand("deliveries", "GET")

    assert [hand("deliveries/drop", event=delivery["event"])["dropped"] for delivery in listed] == [
        0,
        1,
    ]
    assert [delivery["state"] for delivery in hand("deliveries", "GET")] == ["delivered", "dropped"]


@pytest.mark.parametrize("action", ["drop", "hold", "reorder"])
def test_an_event_that_happens_between_two_steps_of_a_delivery_is_under_the_rules_too(
    action: str, hand: Hand, offline: OfflineStripe, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = offline.store.transaction
    to_come = ["customer.created"] * 20

    def happen() -> None:
        if to_come:
            with commits():
                session = offline.session("clinic")
                session.emit(to_come.pop(), session.draft("customer"))

    @contextmanager
    def and_then_another_event() -> Iterator[None]:
        with commits():
            yield
        happen()

    hand("deliveries/rules", action=action, count=1000)
    happen()
    monkeypatch.setattr(offline.store, "transaction", and_then_another_event)
    for _ in range(20):
        offline.run_due()
    monkeypatch.undo()
    offline.run_due()

    assert (to_come, inbox.types) == ([], [])


def test_a_rule_is_for_what_happens_while_it_is_there(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    for name in ("before", "meanwhile", "after"):
        client.v1.customers.create({"name": name})
        if name == "before":
            hand("deliveries/rules", action="drop")
        elif name == "meanwhile":
            hand("deliveries/rules", "DELETE")
    offline.run_due()

    arrived = [event.to_dict()["data"]["object"]["name"] for event in inbox.events]
    assert arrived == ["before", "after"]


def test_the_last_thousand_deliveries_are_listed(hand: Hand, offline: OfflineStripe) -> None:
    with offline.store.transaction():
        session = offline.session("clinic")
        events = [session.draft("event", type="customer.created") for _ in range(1001)]
        for event in events:
            queue.add(offline.store, "clinic", event, "", session.now)

    listed = hand("deliveries", "GET")

    assert [delivery["event"] for delivery in listed] == [event["id"] for event in events[1:]]
