"""What is set belongs to one account: nothing that Bob's account is told touches the clinic's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import stripe

from fake_stripe.clock import Clock
from fake_stripe.control.surface import ACTIONS
from fake_stripe.core import OfflineStripe, Request
from fake_stripe.faults import Fault
from fake_stripe.in_process import InProcessClient
from tests.fake_stripe.conftest import START, Inbox
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.payments import paid_charge, pay

HOUR = 3600


@pytest.fixture
def clinics(offline: OfflineStripe) -> Hand:
    """Somebody at the clinic, whose account is the first that is seen."""
    offline.accounts.of("clinic")
    return Hand(offline, "sk_test_clinic")


@pytest.fixture
def bobs(offline: OfflineStripe, clinics: Hand) -> Hand:
    return Hand(offline, "sk_test_bob")


def _client(offline: OfflineStripe, account: str) -> stripe.StripeClient:
    return stripe.StripeClient(f"sk_test_{account}", http_client=InProcessClient(offline))


@pytest.mark.parametrize("kind", ["429", "500", "unreachable", "timeout"])
def test_a_fault_spoils_requests_of_its_account_only(
    kind: str, bobs: Hand, clinics: Hand, client: stripe.StripeClient, outsider: stripe.StripeClient
) -> None:
    bobs("faults", kind=kind, count=2)

    client.v1.customers.create(options={"max_network_retries": 0})
    assert clinics("faults", "GET") == []
    clinics("faults", "DELETE")
    with pytest.raises(stripe.StripeError):
        outsider.v1.customers.create(options={"max_network_retries": 0})
    assert [fault["count"] for fault in bobs("faults", "GET")] == [1]


def test_a_slow_answer_keeps_its_account_waiting_only(
    offline: OfflineStripe, client: stripe.StripeClient, outsider: stripe.StripeClient, bobs: Hand
) -> None:
    waited: list[float] = []
    offline.accounts.of("bob").faults.sleep = waited.append
    offline.accounts.of("clinic").faults.sleep = waited.append
    bobs("faults", kind="slow", seconds=7)

    client.v1.customers.create()
    assert waited == []
    outsider.v1.customers.create()
    assert waited == [7]


def test_a_hold_is_for_payments_of_its_account_only(
    client: stripe.StripeClient, outsider: stripe.StripeClient, bobs: Hand
) -> None:
    bobs("processing/hold", count=1)

    assert (pay(client).status, pay(outsider).status) == ("succeeded", "processing")


def test_delays_are_those_of_its_account_only(
    offline: OfflineStripe,
    client: stripe.StripeClient,
    outsider: stripe.StripeClient,
    clinics: Hand,
    bobs: Hand,
) -> None:
    bobs("delays", balance_transaction=60)
    ours, bobs_own = paid_charge(client), paid_charge(outsider)
    offline.run_due()

    assert client.v1.charges.retrieve(ours.id).balance_transaction is not None
    assert outsider.v1.charges.retrieve(bobs_own.id).balance_transaction is None
    assert clinics("delays")["balance_transaction"] == 0


@pytest.mark.parametrize("action", ["drop", "hold", "delay", "duplicate"])
def test_a_rule_is_for_events_of_its_account_only(
    action: str,
    offline: OfflineStripe,
    client: stripe.StripeClient,
    outsider: stripe.StripeClient,
    clinics: Hand,
    bobs: Hand,
    inbox: Inbox,
) -> None:
    bobs("deliveries/rules", action=action, seconds=60)
    ours, bobs_own = client.v1.customers.create().id, outsider.v1.customers.create().id
    offline.run_due()

    told = [event.data.object["id"] for event in inbox.events]
    assert told.count(ours) == 1
    assert told.count(bobs_own) == {"duplicate": 2}.get(action, 0)
    assert clinics("deliveries/rules", "GET") == []
    clinics("deliveries/rules", "DELETE")
    assert len(bobs("deliveries/rules", "GET")) == 1


def test_held_events_are_listed_and_released_by_their_account(
    offline: OfflineStripe,
    client: stripe.StripeClient,
    outsider: stripe.StripeClient,
    clinics: Hand,
    bobs: Hand,
) -> None:
    for hand in (clinics, bobs):
        hand("deliveries/rules", action="hold")
    client.v1.customers.create()
    outsider.v1.customers.create()
    offline.run_due()

    assert clinics("deliveries/release") == {"released": 1}
    assert [delivery["state"] for delivery in clinics("deliveries", "GET")] == ["pending"]
    assert [delivery["state"] for delivery in bobs("deliveries", "GET")] == ["held"]


def test_what_is_due_is_delivered_for_the_account_that_asks(
    client: stripe.StripeClient, outsider: stripe.StripeClient, clinics: Hand, inbox: Inbox
) -> None:
    client.v1.customers.create()
    outsider.v1.customers.create()

    assert clinics("deliveries/run") == {"attempts": 1, "waiting": 0}
    assert len(inbox.events) == 1


def test_a_clock_moves_for_its_account_only(
    offline: OfflineStripe,
    client: stripe.StripeClient,
    outsider: stripe.StripeClient,
    clinics: Hand,
    bobs: Hand,
) -> None:
    for payer in (client, outsider):
        paid_charge(payer)
    offline.run_due()

    assert bobs("clock/advance", seconds=10 * 24 * HOUR)["now"] == START + 10 * 24 * HOUR
    assert clinics("clock", "GET") == {"now": START, "offset": 0}
    assert len(outsider.v1.payouts.list().data) == 1
    assert client.v1.payouts.list().data == []
    assert client.v1.customers.create().created == START


def test_a_leap_of_one_clock_lets_no_key_of_another_account_expire(
    client: stripe.StripeClient, outsider: stripe.StripeClient, bobs: Hand
) -> None:
    first = client.v1.customers.create(options={"idempotency_key": "k"})
    bobs("clock/advance", seconds=48 * HOUR)
    outsider.v1.customers.create(options={"idempotency_key": "k"})

    assert client.v1.customers.create(options={"idempotency_key": "k"}).id == first.id


def test_events_are_tried_again_by_their_own_clock(
    offline: OfflineStripe,
    client: stripe.StripeClient,
    outsider: stripe.StripeClient,
    bobs: Hand,
    inbox: Inbox,
) -> None:
    inbox.status = 500
    ours, bobs_own = client.v1.customers.create().id, outsider.v1.customers.create().id
    offline.run_due()
    bobs("clock/advance", seconds=60)
    offline.run_due()

    told = [event.data.object["id"] for event in inbox.events]
    assert (told.count(ours), told.count(bobs_own)) == (1, 2)


def test_requests_are_listed_and_forgotten_by_their_account(
    client: stripe.StripeClient, outsider: stripe.StripeClient, clinics: Hand, bobs: Hand
) -> None:
    client.v1.customers.list()
    outsider.v1.refunds.list()

    assert [entry["path"] for entry in clinics("requests", "GET")] == ["/v1/customers"]
    clinics("requests", "DELETE")
    assert [entry["path"] for entry in bobs("requests", "GET")] == ["/v1/refunds"]


# Every call about an object, and what it needs beside the object.
ACTS: dict[str, dict[str, str]] = {
    "deliveries/drop": {},
    "deliveries/resend": {},
    "disputes": {},
    "disputes/appeal": {},
    "disputes/decide": {"outcome": "won"},
    "disputes/reverse": {},
    "early_fraud_warnings": {},
    "payment_intents/cancel": {},
    "payouts/fail": {},
    "processing/release": {"outcome": "fail"},
    "refunds": {},
    "refunds/finish": {"outcome": "fail"},
    "refunds/trace": {},
    "reviews": {},
    "reviews/approve": {},
    "reviews/close": {"reason": "acknowledged"},
}
OBJECTS = ("charge", "dispute", "event", "payment_intent", "payout", "refund", "review")


def _one_of_each(client: stripe.StripeClient, hand: Hand, offline: OfflineStripe) -> dict[str, str]:
    """The id of one of the account's objects of each kind."""
    paid = paid_charge(client, "pm_card_bypassPending", 900_000)
    offline.run_due()
    ids = {
        "payout": hand("payouts")["id"],
        "review": hand("reviews", charge=paid.id)["id"],
        "refund": hand("refunds", charge=paid.id, amount=100)["id"],
        "dispute": hand("disputes", charge=paid.id, amount=100)["id"],
    }
    hand("processing/hold", count=1)
    intent = pay(client)
    ids |= {"charge": str(intent.latest_charge), "payment_intent": intent.id}
    return ids | {"event": client.v1.events.list().data[0].id}


@pytest.mark.parametrize("path", ACTS)
def test_an_object_of_another_account_is_not_there(
    path: str, client: stripe.StripeClient, clinics: Hand, bobs: Hand, offline: OfflineStripe
) -> None:
    ids = _one_of_each(client, clinics, offline)
    before = [tuple(row) for row in offline.store.rows("SELECT id, body FROM objects")]
    names = ACTIONS["POST", path].names

    bobs.give(path, {name: ids[name] for name in OBJECTS if name in names} | ACTS[path])

    assert bobs.status == 404
    assert [tuple(row) for row in offline.store.rows("SELECT id, body FROM objects")] == before


def test_no_call_about_an_object_is_left_out() -> None:
    about = {path for (_, path), action in ACTIONS.items() if set(OBJECTS) & set(action.names)}

    # These have values of the same names that are no objects.
    assert about - {"delays", "deliveries"} == set(ACTS)


@pytest.mark.parametrize("account", ["bob", "sk_test_bob", "pk_test_bob"])
def test_an_account_is_named_by_a_value_too(
    account: str, clinics: Hand, bobs: Hand, offline: OfflineStripe
) -> None:
    Hand(offline)("processing/hold", account=account, count=3)

    held = {name: offline.accounts.of(name).settings.hold_processing for name in ("clinic", "bob")}
    assert held == {"clinic": 0, "bob": 3}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"account": "clinic"}, "name two accounts"),
        ({"account": "sk_live_bob"}, "a key or the ending of one"),
        ({"account": "a clinic"}, "a key or the ending of one"),
        ({"account": 7}, "a key or the ending of one"),
        ({"account": ["bob"]}, "a key or the ending of one"),
    ],
)
def test_an_account_that_cannot_be_meant_is_refused(
    values: Mapping[str, Any], message: str, bobs: Hand
) -> None:
    answer = bobs.give("processing/hold", values)

    assert (bobs.status, answer["error"]["param"]) == (400, "account")
    assert message in answer["error"]["message"]


def test_a_key_that_is_none_is_refused(offline: OfflineStripe) -> None:
    hand = Hand(offline, "sk_live_bob")

    hand("faults", "GET")

    assert hand.status == 401


def test_without_a_name_the_first_account_is_meant(
    client: stripe.StripeClient, outsider: stripe.StripeClient, offline: OfflineStripe
) -> None:
    client.v1.customers.list()
    outsider.v1.customers.list()

    Hand(offline)("processing/hold", count=1)

    assert (pay(outsider).status, pay(client).status) == ("succeeded", "processing")


def test_what_is_set_before_there_is_an_account_waits_for_the_first(
    client: stripe.StripeClient, outsider: stripe.StripeClient, offline: OfflineStripe
) -> None:
    hand = Hand(offline)
    hand("processing/hold", count=1)
    hand("faults", kind="429", match="GET *")
    hand("clock/advance", seconds=HOUR)

    held = pay(client)

    assert (held.status, held.created, pay(outsider).created) == (
        "processing",
        START + HOUR,
        START,
    )
    assert len(outsider.v1.customers.list().data) == 0
    with pytest.raises(stripe.RateLimitError):
        client.v1.customers.list()


def test_the_account_that_the_server_was_started_for_is_meant_without_a_name() -> None:
    offline = OfflineStripe(account="clinic", clock=Clock(START))
    bob = _client(offline, "bob")
    bob.v1.customers.list()

    Hand(offline)("processing/hold", count=1)

    assert (pay(bob).status, pay(_client(offline, "clinic")).status) == ("succeeded", "processing")
    offline.close()


def test_a_request_without_a_key_is_taken_for_the_default_accounts(
    offline: OfflineStripe, clinics: Hand, bobs: Hand
) -> None:
    offline.faults.add(Fault("429"))
    statuses = [offline.handle(Request("GET", "/v1/customers")).status for _ in range(2)]

    assert statuses == [429, 401]
    assert [entry["status"] for entry in clinics("requests", "GET")] == [429, 401]
    assert bobs("requests", "GET") == []


def test_clocks_and_the_default_account_outlive_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    before = OfflineStripe(state=state, clock=Clock(START))
    for account, hours in (("clinic", 1), ("bob", 2)):
        _client(before, account).v1.customers.create()
        before.advance(hours * HOUR, before.accounts.of(account))
    before.close()

    after = OfflineStripe(state=state, clock=Clock(START))
    moved = {name: after.accounts.of(name).clock.offset for name in ("clinic", "bob", "new")}
    default = after.accounts.default.name
    after.close()

    assert moved == {"clinic": HOUR, "bob": 2 * HOUR, "new": 0}
    assert default == "clinic"


def test_a_state_with_one_clock_for_all_goes_on_where_it_was(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    before = OfflineStripe(state=state, clock=Clock(START))
    _client(before, "clinic").v1.customers.create()
    before.store.set_fact("", "clock_offset", str(float(HOUR)))
    before.close()

    after = OfflineStripe(state=state, clock=Clock(START))
    created = _client(after, "clinic").v1.customers.create().created
    after.close()

    assert created == START + HOUR
