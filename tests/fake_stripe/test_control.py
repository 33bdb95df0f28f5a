"""The control surface: everything that happens at Stripe without the API, and nothing that pays."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import stripe

from fake_stripe.control.surface import ACTIONS, Control
from fake_stripe.core import OfflineStripe, Request
from fake_stripe.deliveries import queue
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import RETURN_URL, card_fields, from_browser, paid_charge, pay

NUMBER = "4242424242424242"
JSON = {"content-type": "application/json", "host": "127.0.0.1:12111"}


class Hand:
    """Presses the buttons of the control surface."""

    def __init__(self, offline: OfflineStripe) -> None:
        self._control = Control(offline)

    def __call__(
        self, path: str, method: str = "POST", *, origin: str | None = None, **values: object
    ) -> Any:
        return self.give(path, values, method, origin)

    def give(
        self,
        path: str,
        values: Mapping[str, object],
        method: str = "POST",
        origin: str | None = None,
    ) -> Any:
        headers = JSON | ({"origin": origin} if origin else {})
        request = Request(
            method, f"/_control/{path}", headers=headers, body=json.dumps(values).encode()
        )
        response = self._control.respond(request)
        self.status = response.status
        return json.loads(response.body)


@pytest.fixture
def hand(offline: OfflineStripe) -> Hand:
    return Hand(offline)


@pytest.mark.parametrize(
    ("outcome", "status"), [("succeed", "succeeded"), ("fail", "requires_payment_method")]
)
def test_a_payment_is_held_in_processing_until_released(
    outcome: str,
    status: str,
    hand: Hand,
    client: stripe.StripeClient,
    offline: OfflineStripe,
    inbox: Inbox,
) -> None:
    hand("processing/hold")
    held = pay(client)
    next_one = pay(client)
    assert (held.status, next_one.status) == ("processing", "succeeded")

    released = hand("processing/release", payment_intent=held.id, outcome=outcome)
    offline.run_due()

    assert released["status"] == status
    assert inbox.types[:4] == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "payment_intent.created",
    ]
    charge = client.v1.charges.retrieve(str(held.latest_charge))
    assert charge.status == ("succeeded" if outcome == "succeed" else "failed")


def test_no_action_pays_an_intent_that_its_payer_did_not_confirm(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    waiting = [
        client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"}),
        pay(client, "pm_card_threeDSecure2Required"),
    ]
    values = {
        "account": "clinic",
        "action": "hold",
        "order": "created",
        "outcome": "succeed",
        "seconds": 1,
    }
    for intent in waiting:
        for (method, name), action in ACTIONS.items():
            if method == "POST" and name not in ("bulk", "payment_intents/cancel", "faults"):
                offered = values | {
                    "payment_intent": intent.id,
                    "charge": str(intent.latest_charge),
                }
                hand.give(
                    name,
                    {known: value for known, value in offered.items() if known in action.names},
                )
        hand("processing/release", payment_intent=intent.id, outcome="succeed")
        assert hand.status == 400
    offline.run_due()

    assert {client.v1.payment_intents.retrieve(intent.id).status for intent in waiting} == {
        "requires_payment_method",
        "requires_action",
    }
    assert client.v1.charges.list().data == []


def test_a_refund_in_the_dashboard_is_a_refund(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client)

    refund = hand("refunds", charge=charge.id, amount=1500)
    offline.run_due()

    assert client.v1.refunds.retrieve(refund["id"]).amount == 1500
    created = next(event for event in inbox.events if event.type == "refund.created")
    assert created.to_dict()["request"] == {"id": None, "idempotency_key": None}


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"reason": "whim"}, "reason"),
    ],
)
def test_a_refund_in_the_dashboard_is_of_what_was_asked(
    values: dict[str, object], param: str, hand: Hand, client: stripe.StripeClient
) -> None:
    charge = paid_charge(client)

    answer = hand.give("refunds", {"charge": charge.id, **values})

    assert (hand.status, answer["error"]["param"]) == (400, param)
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 0


def test_disputes_are_opened_and_decided_by_hand(hand: Hand, client: stripe.StripeClient) -> None:
    charge = paid_charge(client)

    opened = hand("disputes", charge=charge.id, reason="duplicate")
    decided = hand("disputes/decide", dispute=opened["id"], outcome="won")

    assert (opened["status"], opened["reason"], decided["status"]) == (
        "needs_response",
        "duplicate",
        "won",
    )
    hand("disputes/decide", dispute=opened["id"], outcome="lost")
    assert hand.status == 400


def test_payouts_are_made_and_fail_by_hand(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    paid_charge(client, "pm_card_bypassPending")
    offline.run_due()

    payout = hand("payouts", account="clinic")
    failed = hand("payouts/fail", payout=payout["id"])

    assert (payout["status"], failed["status"], failed["failure_code"]) == (
        "in_transit",
        "failed",
        "account_closed",
    )
    lines = client.v1.balance_transactions.list({"type": "payout_failure"}).data
    assert [line.net for line in lines] == [payout["amount"]]


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


def test_the_clock_moves(hand: Hand, client: stripe.StripeClient) -> None:
    before = hand("clock", "GET")["now"]

    assert hand("clock/advance", seconds=3600)["now"] == before + 3600
    assert client.v1.customers.create().created == before + 3600


def test_past_payments_are_made_in_bulk_and_add_up(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    made = hand(
        "bulk", account="clinic", count=300, days=30, currency="eur", metadata={"portal": "demo"}
    )

    assert made == {"made": 300}
    intents = list(client.v1.payment_intents.list({"limit": 100}).auto_paging_iter())
    assert len(intents) == 300
    assert {intent.status for intent in intents} == {"succeeded"}
    charge = client.v1.charges.retrieve(
        str(intents[-1].latest_charge), {"expand": ["balance_transaction"]}
    )
    assert charge.amount == intents[-1].amount == intents[-1].amount_received
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    for payout in client.v1.payouts.list({"limit": 100}).auto_paging_iter():
        lines = client.v1.balance_transactions.list(
            {"payout": payout.id, "limit": 100}
        ).auto_paging_iter()
        assert sum(line.net for line in lines) == 0
    charges = client.v1.balance_transactions.list(
        {"type": "charge", "limit": 100}
    ).auto_paging_iter()
    assert len(list(charges)) == 300


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


def test_a_warning_by_hand_is_actionable_as_any_other(
    hand: Hand, client: stripe.StripeClient
) -> None:
    charge = paid_charge(client)
    open_to_refunds = hand("early_fraud_warnings", charge=charge.id)
    client.v1.refunds.create({"charge": charge.id})

    too_late = hand("early_fraud_warnings", charge=charge.id)

    assert (open_to_refunds["actionable"], too_late["actionable"]) == (True, False)


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


def test_the_last_thousand_deliveries_are_listed(hand: Hand, offline: OfflineStripe) -> None:
    with offline.store.transaction():
        session = offline.session("clinic")
        events = [session.draft("event", type="customer.created") for _ in range(1001)]
        for event in events:
            queue.add(offline.store, "clinic", event, "", session.now)

    listed = hand("deliveries", "GET")

    assert [delivery["event"] for delivery in listed] == [event["id"] for event in events[1:]]


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
