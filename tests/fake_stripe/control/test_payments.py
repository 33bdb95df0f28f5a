"""Everything that happens to payments without the API, and nothing that pays."""

import pytest
import stripe

from fake_stripe.control.surface import ACTIONS
from fake_stripe.core import OfflineStripe
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.payments import paid_charge, pay


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
