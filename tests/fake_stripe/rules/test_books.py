"""Whatever happens, the books agree: balance, transactions, payouts and charges."""

from collections.abc import Callable
from contextlib import closing

import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_stripe.control import disputes, refunds
from fake_stripe.control.payouts import fail_payout
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.errors import ApiError
from fake_stripe.in_process import InProcessClient
from fake_stripe.rules.refund_ends import COUNTED, OUTCOMES
from tests.fake_stripe.payments import RETURN_URL, pay

DAY = 86400
CARDS = (
    "visa",
    "gb",
    "createDispute",
    "createDisputeInquiry",
    "pendingRefund",
    "refundFail",
    "bypassPending",
)
Step = Callable[[OfflineStripe, stripe.StripeClient], object]


def _paying(card: str, amount: int, currency: str) -> Step:
    return lambda _, client: pay(client, f"pm_card_{card}", amount, currency)


def _capturing_half(_: OfflineStripe, client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 8000, "currency": "gbp", "capture_method": "manual", "confirm": True,
         "payment_method": "pm_card_visa", "return_url": RETURN_URL}
    )  # fmt: skip
    client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 4000})


def _refunding(amount: int) -> Step:
    def refund(_: OfflineStripe, client: stripe.StripeClient) -> None:
        for charge in client.v1.charges.list({"limit": 2}).data:
            client.v1.refunds.create({"charge": charge.id, "amount": amount})

    return refund


def _answering(words: str) -> Step:
    def answer(_: OfflineStripe, client: stripe.StripeClient) -> None:
        for dispute in client.v1.disputes.list({"limit": 1}).data:
            client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": words}})

    return answer


def _planning_refunds(status: str, destination: str) -> Step:
    plan = {"status": status, "destination": destination, "count": 2}
    return lambda offline, _: refunds.plan(offline, Values(plan))


def _finishing_refunds(place: int, outcome: str) -> Step:
    def finish(offline: OfflineStripe, client: stripe.StripeClient) -> None:
        for refund in client.v1.refunds.list().data[place : place + 1]:
            refunds.finish(offline, Values({"refund": refund.id, "outcome": outcome}))

    return finish


def _disputing(amount: int | None, flag: str) -> Step:
    def dispute(offline: OfflineStripe, client: stripe.StripeClient) -> None:
        for charge in client.v1.charges.list({"limit": 2}).data:
            values = {"charge": charge.id, "amount": amount, flag: True}
            disputes.open_dispute(offline, Values(values))

    return dispute


def _deciding(place: int, act: Callable[[OfflineStripe, Values], object], outcome: str) -> Step:
    def decide(offline: OfflineStripe, client: stripe.StripeClient) -> None:
        for dispute in client.v1.disputes.list().data[place : place + 1]:
            act(offline, Values({"dispute": dispute.id, "outcome": outcome}))

    return decide


def _failing_a_payout(offline: OfflineStripe, client: stripe.StripeClient) -> None:
    for payout in client.v1.payouts.list({"limit": 1}).data:
        fail_payout(offline, Values({"payout": payout.id}))


def _waiting(days: int) -> Step:
    return lambda offline, _: offline.advance(days * DAY)


# Of the newest refunds or disputes.
PLACES = st.integers(0, 2)
STEPS = st.one_of(
    st.builds(
        _paying,
        st.sampled_from(CARDS),
        st.integers(5000, 50_000),
        st.sampled_from(["gbp", "eur", "usd", "jpy"]),
    ),
    st.builds(_refunding, st.integers(1, 6000)),
    st.builds(_answering, st.sampled_from(["winning_evidence", "losing_evidence"])),
    st.builds(_waiting, st.integers(1, 10)),
    st.builds(
        _planning_refunds,
        st.sampled_from(["pending", "requires_action", "succeeded"]),
        st.sampled_from(["refund", "reversal"]),
    ),
    st.builds(_finishing_refunds, PLACES, st.sampled_from(OUTCOMES)),
    st.builds(
        _disputing,
        st.none() | st.integers(1, 6000),
        st.sampled_from(["inquiry", "prevented", "chargeback"]),
    ),
    st.builds(
        _deciding,
        PLACES,
        st.sampled_from([disputes.decide_dispute, disputes.reverse, disputes.allow_appeal]),
        st.sampled_from(["won", "lost"]),
    ),
    st.sampled_from([_capturing_half, _failing_a_payout]),
)


@settings(max_examples=50)
@given(steps=st.lists(STEPS, max_size=16))
def test_the_books_always_agree(steps: list[Step]) -> None:
    with closing(OfflineStripe()) as offline:
        client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(offline))
        for step in steps:
            try:
                step(offline, client)
            except (stripe.InvalidRequestError, ApiError):
                continue  # refused, so that nothing happened
            offline.run_tasks()

        _check_balance(offline, client)
        for payout in client.v1.payouts.list().auto_paging_iter():
            lines = client.v1.balance_transactions.list(
                {"payout": payout.id, "limit": 100}
            ).auto_paging_iter()
            assert payout.amount == sum(line.net for line in lines if line.type != "payout") > 0
        for charge in client.v1.charges.list().auto_paging_iter():
            given = client.v1.refunds.list({"charge": charge.id}).auto_paging_iter()
            given_back = sum(refund.amount for refund in given if refund.status in COUNTED)
            assert given_back <= charge.amount_captured
            _check_disputes(client, charge)
            assert charge.amount_refunded == given_back + charge.amount - charge.amount_captured
            assert charge.refunded == (given_back == charge.amount_captured)


def _check_disputes(client: stripe.StripeClient, charge: stripe.Charge) -> None:
    """Each tells of its own money, and together they never take more than was paid."""
    found = client.v1.disputes.list({"charge": charge.id}).data
    for dispute in found:
        booked = client.v1.balance_transactions.list({"source": dispute.id, "limit": 100}).data
        assert [line.id for line in dispute.balance_transactions] == [
            line.id for line in reversed(booked)
        ]
    taken = [dispute.amount for dispute in found if sum(_amounts(dispute)) < 0]
    assert sum(taken) <= charge.amount_captured


def _amounts(dispute: stripe.Dispute) -> list[int]:
    return [line.amount for line in dispute.balance_transactions]


def _check_balance(offline: OfflineStripe, client: stripe.StripeClient) -> None:
    lines = list(client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())
    balance, now = client.v1.balance.retrieve(), offline.clock.now()
    assert all(
        line.net == line.amount - sum(fee.amount for fee in line.fee_details) for line in lines
    )
    assert balance.available[0].amount == sum(
        line.net for line in lines if line.available_on <= now
    )
    assert balance.pending[0].amount == sum(line.net for line in lines if line.available_on > now)
