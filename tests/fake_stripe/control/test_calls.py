"""What a control call takes, and what it refuses by name."""

import json
import re
from pathlib import Path

import pytest
import stripe

import fake_stripe
from fake_stripe.clock import DAY
from fake_stripe.control.surface import ACTIONS, Control
from fake_stripe.core import OfflineStripe, Request
from tests.fake_stripe.conftest import START
from tests.fake_stripe.control.conftest import JSON, Hand
from tests.fake_stripe.payments import pay


def test_the_clock_moves(hand: Hand, client: stripe.StripeClient) -> None:
    before = hand("clock", "GET")["now"]

    assert hand("clock/advance", seconds=3600)["now"] == before + 3600
    assert client.v1.customers.create().created == before + 3600


def test_a_past_is_played_up_to_today(hand: Hand, client: stripe.StripeClient) -> None:
    assert hand("clock/begin", seconds_ago=100 * DAY)["now"] == START - 100 * DAY
    paid = pay(client)
    assert paid.created == START - 100 * DAY

    assert hand("clock/advance", seconds=100 * DAY) == {"now": START, "offset": 0}
    (payout,) = client.v1.payouts.list().data
    assert START - 100 * DAY < payout.created < START - 90 * DAY
    assert payout.status == "paid"


def test_the_clock_of_an_account_with_objects_only_goes_forward(
    hand: Hand, client: stripe.StripeClient
) -> None:
    client.v1.customers.create()

    answer = hand("clock/begin", seconds_ago=DAY)

    assert hand.status == 400
    assert "only goes forward" in answer["error"]["message"]
    assert hand("clock", "GET") == {"now": START, "offset": 0}


@pytest.mark.parametrize(
    ("path", "values", "param"),
    [
        ("clock/advance", {"seconds": "soon"}, "seconds"),
        ("clock/advance", {}, "seconds"),
        ("clock/advance", {"seconds": -1}, "seconds"),
        ("clock/advance", {"seconds": True}, "seconds"),
        ("clock/advance", {"seconds": 10 * 366 * 86400}, "seconds"),
        ("clock/advance", {"seconds": float("nan")}, "seconds"),
        ("clock/advance", {"seconds": "1e999"}, "seconds"),
        ("clock/advance", {"seconds": 10**400}, "seconds"),
        ("clock/begin", {}, "seconds_ago"),
        ("clock/begin", {"seconds_ago": -1}, "seconds_ago"),
        ("clock/begin", {"seconds_ago": 11 * 366 * 86400}, "seconds_ago"),
        ("delays", {"refund": -1}, "refund"),
        ("delays", {"refunds": 1}, "refunds"),
        ("deliveries/rules", {"action": "drop", "type": "charge.*"}, "type"),
        ("processing/hold", {"counts": 2}, "counts"),
        ("processing/hold", {"count": 1.5}, "count"),
        ("faults", {"kind": "429", "count": 0}, "count"),
        ("faults", {"kind": "slow", "seconds": 10**6}, "seconds"),
        ("deliveries/rules", {"action": "drop", "count": 0}, "count"),
        ("deliveries/run", {"seconds": "long"}, "seconds"),
        ("bulk", {"account": "clinic", "count": 10**7}, "count"),
        ("bulk", {"account": "clinic", "days": 0}, "days"),
        ("bulk", {"account": "a clinic"}, "account"),
        ("faults", {"kind": "fire"}, "kind"),
        ("refunds", {}, "charge"),
        ("refunds", {"charge": "ch_none"}, "id"),
        ("deliveries/rules", {"action": "reorder"}, "count"),
        ("deliveries/resend", {"event": "evt_none"}, "event"),
        ("bulk", {"account": "clinic", "currency": "xyz"}, "currency"),
        ("disputes", {"charge": "ch_none", "inquiry": "perhaps"}, "inquiry"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    path: str, values: dict[str, object], param: str, hand: Hand
) -> None:
    answer = hand.give(path, values)

    assert (hand.status in (400, 404), answer["error"]["param"]) == (True, param)


def test_delays_are_set_together_or_not_at_all(hand: Hand, offline: OfflineStripe) -> None:
    before = hand("delays")

    hand("delays", balance_transaction=5, payout_arrival="soon")
    assert (hand.status, hand("delays")) == (400, before)

    assert hand("delays", balance_transaction=5) == before | {"balance_transaction": 5}


def test_another_site_cannot_press_the_buttons(hand: Hand, offline: OfflineStripe) -> None:
    hand("clock/advance", origin="https://evil.test", seconds=3600)
    assert (hand.status, offline.clock.offset) == (403, 0)

    hand("clock/advance", origin="http://127.0.0.1:12111", seconds=3600)
    assert hand.status == 200


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"{", b"\xff", b"[]", b"1" * 5000]
)
def test_a_body_that_is_no_object_is_refused(body: bytes, offline: OfflineStripe) -> None:
    answer = Control(offline).respond(Request("POST", "/_control/faults", headers=JSON, body=body))

    assert answer.status == 400
    assert json.loads(answer.body)["error"]["message"].startswith("The body ")


def test_an_unknown_action_is_not_found(hand: Hand) -> None:
    hand("money/print")

    assert hand.status == 404


def test_every_call_is_in_the_readme_with_its_values() -> None:
    readme = (Path(fake_stripe.__file__).parent / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith(("| `POST", "| `GET"))]

    for (method, path), action in ACTIONS.items():
        told = [row for row in rows if path in _calls(row).get(method, [])]
        assert len(told) == 1, (method, path)
        assert [name for name in action.names if f"`{name}`" not in told[0]] == [], path


def _calls(row: str) -> dict[str, list[str]]:
    """The paths in the first column, by method; "`GET` · `DELETE faults`" names both of one."""
    column = row.split("|")[1]
    found: dict[str, list[str]] = {}
    last = ""
    for method, path in reversed(re.findall(r"`(GET|POST|DELETE) ?([a-z_/]*)`", column)):
        last = path or last
        found.setdefault(method, []).append(last)
    return found
