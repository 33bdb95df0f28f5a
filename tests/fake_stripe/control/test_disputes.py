"""Every state that a dispute can be in, how it comes to each, and what that does to the balance."""

from collections.abc import Callable

import pytest
import stripe

from fake_stripe.control.disputes import DISPUTE_REASONS
from fake_stripe.core import OfflineStripe
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.payments import paid_charge

DAY = 86400
FEE = 2000
# How to bring a new dispute into each state: calls of the control surface or of the API.
WAYS: dict[str, list[str]] = {
    "needs_response": [],
    "under_review": ["answer"],
    "won": ["win"],
    "lost": ["lose"],
    "prevented": ["prevented"],
    "warning_needs_response": ["inquiry"],
    "warning_under_review": ["inquiry", "answer"],
    "warning_closed": ["inquiry", "win"],
    "appeal_needs_response": ["lose", "appeal"],
    "appeal_under_review": ["lose", "appeal", "answer"],
}
# What each act makes of a dispute, by its state; anything else is refused.
ENDS = {
    "win": {
        "needs_response": "won",
        "under_review": "won",
        "warning_needs_response": "warning_closed",
        "warning_under_review": "warning_closed",
        "appeal_needs_response": "won",
        "appeal_under_review": "won",
    },
    "lose": {
        "needs_response": "lost",
        "under_review": "lost",
        "warning_needs_response": "needs_response",
        "warning_under_review": "needs_response",
        "appeal_needs_response": "lost",
        "appeal_under_review": "lost",
    },
    "reverse": {"won": "lost", "lost": "won"},
    "appeal": {"lost": "appeal_needs_response"},
    "close": {
        "needs_response": "lost",
        "under_review": "lost",
        "warning_needs_response": "warning_closed",
        "warning_under_review": "warning_closed",
        "appeal_needs_response": "lost",
        "appeal_under_review": "lost",
    },
}
# What the merchant has lost by a dispute of £50 in each state.
LOSS = {"won": FEE, "warning_closed": 0, "prevented": 5000}
LOSS |= {"warning_needs_response": 0, "warning_under_review": 0}
CONTROLS: dict[str, tuple[str, dict[str, str]]] = {
    "win": ("disputes/decide", {"outcome": "won"}),
    "lose": ("disputes/decide", {"outcome": "lost"}),
    "reverse": ("disputes/reverse", {}),
    "appeal": ("disputes/appeal", {}),
}


def _act(hand: Hand, client: stripe.StripeClient, dispute: str, act: str) -> bool:
    """Whether it could be done."""
    if act in CONTROLS:
        path, values = CONTROLS[act]
        hand.give(path, {"dispute": dispute, **values})
        return hand.status == 200
    status = client.v1.disputes.retrieve(dispute).status
    evidence: stripe.params.DisputeUpdateParamsEvidence = {"uncategorized_text": "Bob was there"}
    if status.startswith("appeal"):
        evidence = {"appeal": {"card": {"reason_for_filing": "Bob was there"}}}
    calls: dict[str, Callable[[], object]] = {
        "answer": lambda: client.v1.disputes.update(dispute, {"evidence": evidence}),
        "close": lambda: client.v1.disputes.close(dispute),
    }
    try:
        calls[act]()
    except stripe.InvalidRequestError:
        return False
    return True


def _dispute(hand: Hand, client: stripe.StripeClient, state: str) -> stripe.Dispute:
    """A dispute of £50 that has come to this state."""
    charge = paid_charge(client, "pm_card_gb")
    begins = {way: True for way in WAYS[state][:1] if way in ("inquiry", "prevented")}
    dispute = hand.give("disputes", {"charge": charge.id, **begins})["id"]
    for act in WAYS[state][len(begins) :]:
        assert _act(hand, client, dispute, act)
    found = client.v1.disputes.retrieve(dispute)
    assert found.status == state
    return found


def _loss(client: stripe.StripeClient, dispute: str) -> int:
    lines = client.v1.balance_transactions.list({"source": dispute}).data
    return -sum(line.net for line in lines)


@pytest.mark.parametrize("act", ENDS)
@pytest.mark.parametrize("state", WAYS)
def test_a_dispute_comes_to_what_it_can_come_to(
    state: str, act: str, hand: Hand, client: stripe.StripeClient
) -> None:
    dispute = _dispute(hand, client, state)

    done = _act(hand, client, dispute.id, act)

    end = ENDS[act].get(state)
    now = client.v1.disputes.retrieve(dispute.id)
    assert (done, now.status) == (end is not None, end or state)
    assert _loss(client, dispute.id) == LOSS.get(now.status, 5000 + FEE)
    told = [transaction.id for transaction in now.balance_transactions]
    booked = client.v1.balance_transactions.list({"source": dispute.id}).data
    assert told == [transaction.id for transaction in reversed(booked)]


@pytest.mark.parametrize(
    ("state", "act", "types"),
    [
        ("lost", "reverse", ["updated", "closed", "funds_reinstated"]),
        ("won", "reverse", ["updated", "closed", "funds_withdrawn"]),
        ("lost", "appeal", ["updated"]),
        ("appeal_needs_response", "answer", ["updated"]),
        ("appeal_under_review", "win", ["updated", "closed", "funds_reinstated"]),
        ("appeal_under_review", "lose", ["updated", "closed"]),
        ("warning_needs_response", "lose", ["updated", "funds_withdrawn"]),
    ],
)
def test_events_tell_of_it(
    state: str,
    act: str,
    types: list[str],
    hand: Hand,
    client: stripe.StripeClient,
    offline: OfflineStripe,
    inbox: Inbox,
) -> None:
    dispute = _dispute(hand, client, state)
    offline.run_due()
    told_before = len(inbox.types)

    assert _act(hand, client, dispute.id, act)
    offline.run_due()

    assert inbox.types[told_before:] == [f"charge.dispute.{name}" for name in types]


def test_a_prevented_dispute_is_over_as_it_begins(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    dispute = _dispute(hand, client, "prevented").to_dict()
    offline.run_due()

    assert dispute["payment_method_details"]["card"]["case_type"] == "resolution"
    assert (dispute["evidence_details"]["due_by"], dispute["is_charge_refundable"]) == (0, False)
    assert [line["fee"] for line in dispute["balance_transactions"]] == [0]
    told = [name for name in inbox.types if name.startswith("charge.dispute")]
    assert told == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        client.v1.refunds.create({"charge": dispute["charge"]})


def test_a_charge_is_disputed_in_parts_and_never_beyond_what_was_paid(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client, "pm_card_gb")

    first = hand("disputes", charge=charge.id, amount=2000)
    second = hand("disputes", charge=charge.id, amount=2500, reason="duplicate")
    refused = hand("disputes", charge=charge.id, amount=501)
    third = hand("disputes", charge=charge.id)
    hand("disputes", charge=charge.id)
    offline.run_due()

    assert (hand.status, refused["error"]["param"]) == (400, "amount")
    assert [first["amount"], second["amount"], third["amount"]] == [2000, 2500, 500]
    assert [_loss(client, one["id"]) - FEE for one in (first, second, third)] == [2000, 2500, 500]
    assert {one.id for one in client.v1.disputes.list({"charge": charge.id}).data} == {
        first["id"],
        second["id"],
        third["id"],
    }
    noted = [event for event in inbox.events if event.type == "charge.updated"]
    disputed = [event.to_dict()["data"]["previous_attributes"] for event in noted]
    assert disputed.count({"disputed": False}) == 1


@pytest.mark.parametrize(
    ("state", "can_be"),
    [("won", True), ("warning_closed", True), ("lost", False), ("prevented", False)],
)
def test_what_is_over_without_a_loss_can_be_disputed_again(
    state: str, can_be: bool, hand: Hand, client: stripe.StripeClient
) -> None:
    dispute = _dispute(hand, client, state)

    hand("disputes", charge=str(dispute.charge))

    assert (hand.status == 200) == can_be
    assert len(client.v1.disputes.list().data) == 1 + can_be


def test_what_was_disputed_again_is_not_taken_twice_by_a_reversed_verdict(
    hand: Hand, client: stripe.StripeClient
) -> None:
    won = _dispute(hand, client, "won")
    hand("disputes", charge=str(won.charge), amount=1)

    hand("disputes/reverse", dispute=won.id)

    assert (hand.status, client.v1.disputes.retrieve(won.id).status) == (400, "won")


@pytest.mark.parametrize("reason", DISPUTE_REASONS)
def test_a_dispute_has_any_documented_reason(
    reason: str, hand: Hand, client: stripe.StripeClient
) -> None:
    opened = hand("disputes", charge=paid_charge(client).id, reason=reason)

    assert client.v1.disputes.retrieve(opened["id"]).reason == reason


@pytest.mark.parametrize(
    ("state", "end"),
    [("appeal_needs_response", "lost"), ("appeal_under_review", "appeal_under_review")],
)
def test_an_appeal_that_nobody_files_in_time_is_lost(
    state: str, end: str, hand: Hand, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(hand, client, state)
    offline.advance(10 * DAY)

    assert client.v1.disputes.retrieve(dispute.id).status == end


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"reason": "whim"}, "reason"),
        ({"amount": 0}, "amount"),
        ({"amount": 5001}, "amount"),
        ({"inquiry": True, "prevented": True}, "prevented"),
        ({"prevented": "perhaps"}, "prevented"),
    ],
)
def test_a_dispute_that_cannot_be_is_refused_by_name(
    values: dict[str, object], param: str, hand: Hand, client: stripe.StripeClient
) -> None:
    charge = paid_charge(client)

    answer = hand.give("disputes", {"charge": charge.id, **values})

    assert (hand.status, answer["error"]["param"]) == (400, param)
    assert client.v1.charges.retrieve(charge.id).disputed is False


def test_a_payment_that_failed_has_nothing_to_dispute(
    hand: Hand, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.CardError):
        paid_charge(client, "pm_card_chargeDeclined")
    (failed,) = client.v1.charges.list().data

    hand("disputes", charge=failed.id)

    assert hand.status == 400
