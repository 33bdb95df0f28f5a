"""The balance, its transactions, and payouts that prove themselves to the penny."""

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from fake_stripe.clock import DAY
from fake_stripe.control.bulk import BATCH, Order, make
from fake_stripe.control.payouts import fail_payout
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.errors import ApiError
from fake_stripe.rules.money import MAXIMUM, MINIMUM, RATES, check_amount, convert, display
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import paid_charge


def _transactions(
    client: stripe.StripeClient, payout: stripe.Payout
) -> list[stripe.BalanceTransaction]:
    return list(
        client.v1.balance_transactions.list({"payout": payout.id, "limit": 100}).auto_paging_iter()
    )


def test_a_payout_is_the_sum_of_its_transactions(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    paid_charge(client, amount=5000)
    paid_charge(client, amount=8000, currency="eur")
    client.v1.refunds.create({"charge": paid_charge(client, amount=3000).id, "amount": 1000})
    offline.run_due()
    offline.advance(8 * DAY)
    offline.run_due()

    payouts = list(client.v1.payouts.list().auto_paging_iter())
    assert payouts
    for payout in payouts:
        lines = _transactions(client, payout)
        assert sum(line.net for line in lines if line.type != "payout") == payout.amount
        assert sum(line.net for line in lines) == 0
        assert (payout.status, payout.reconciliation_status) == ("paid", "completed")
    assert {"payout.created", "payout.paid", "payout.reconciliation_completed"} <= set(inbox.types)


def test_what_a_bank_sent_back_goes_out_with_the_next_payout(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    paid_charge(client)
    offline.run_due()
    offline.advance(5 * DAY)
    [failed] = client.v1.payouts.list().data
    fail_payout(offline, Values({"payout": failed.id}))
    assert client.v1.balance.retrieve().available[0].amount == failed.amount

    offline.advance(3 * DAY)

    again = client.v1.payouts.list().data[0]
    assert (again.amount, again.status) == (failed.amount, "paid")
    assert [line.type for line in _transactions(client, again)] == ["payout", "payout_failure"]
    assert client.v1.balance.retrieve().available[0].amount == 0


def test_money_becomes_available_after_days(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    paid_charge(client)
    offline.run_due()
    before = client.v1.balance.retrieve()

    offline.clock.advance_to(offline.clock.now() + 3 * DAY)

    after = client.v1.balance.retrieve()
    assert (before.available[0].amount, after.pending[0].amount) == (0, 0)
    assert before.pending[0].amount == after.available[0].amount > 0


def test_a_payment_in_euros_settles_in_pounds_with_a_fee_for_conversion(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    charge = paid_charge(client, amount=10_000, currency="eur")
    offline.run_due()

    lines = {
        line.type: line for line in client.v1.balance_transactions.list({"source": charge.id}).data
    }

    assert set(lines) == {"charge", "stripe_fx_fee"}
    assert (lines["charge"].amount, lines["charge"].currency, lines["charge"].exchange_rate) == (
        8563,
        "gbp",
        0.8563,
    )
    assert (lines["stripe_fx_fee"].net, lines["stripe_fx_fee"].exchange_rate) == (-171, None)


def test_past_payments_whose_making_was_cut_short_are_whole_as_far_as_they_came(
    client: stripe.StripeClient, offline: OfflineStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(
        "clinic", count=4 * BATCH, days=30, currency="eur", lowest=1000, highest=5000, metadata={}
    )
    begun: list[float] = []

    def killed(self: Order, place: int) -> int:
        begun.append(place)
        if place > 3 * BATCH:
            raise KeyboardInterrupt
        return 1000

    monkeypatch.setattr(Order, "amount", killed)
    with pytest.raises(KeyboardInterrupt):
        make(offline, order)
    offline.advance(5 * DAY)

    charges = list(client.v1.charges.list({"limit": 100}).auto_paging_iter())
    lines = {
        line.id: line
        for line in client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter()
    }
    assert len(charges) == 3 * BATCH
    assert all(str(charge.balance_transaction) in lines for charge in charges)
    payouts = client.v1.payouts.list({"limit": 100}).data
    paid_out = [line for payout in payouts for line in _transactions(client, payout)]
    assert sum(line.type == "charge" for line in paid_out) == 3 * BATCH
    assert client.v1.balance.retrieve().available[0].amount == 0


def test_nothing_available_is_not_paid_out(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    paid_charge(client)
    offline.advance(DAY)

    assert client.v1.payouts.list().data == []


@given(
    amount=st.integers(min_value=-MAXIMUM, max_value=MAXIMUM),
    currency=st.sampled_from(sorted(RATES)),
)
def test_conversion_is_exact_to_half_a_penny(amount: int, currency: str) -> None:
    settled = convert(amount, currency)

    if settled.rate is None:
        assert settled.amount == amount
    else:
        assert abs(settled.amount - amount * settled.rate) <= 0.5 + 1e-6


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(1250, "gbp", "£12.50"), (1250, "jpy", "¥1,250"), (1250, "kwd", "1.250 kwd")],
)
def test_amounts_are_written_as_people_write_them(amount: int, currency: str, text: str) -> None:
    assert display(amount, currency) == text


@pytest.mark.parametrize("currency", sorted(MINIMUM))
def test_the_smallest_charge_is_stripes(currency: str) -> None:
    check_amount(MINIMUM[currency], currency)
    with pytest.raises(ApiError) as caught:
        check_amount(MINIMUM[currency] - 1, currency)
    assert caught.value.body["code"] == "amount_too_small"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (10, "gbp", "Amount must be at least £0.30 gbp"),
        (10, "chf", "Amount must be at least 0.50 chf"),
        (
            100,
            "krw",
            "Amount must convert to at least 30 pence. 100 krw converts to approximately £0.06.",
        ),
        (MAXIMUM + 1, "gbp", "Amount must be no more than £999,999.99 gbp"),
        (MAXIMUM + 1, "chf", "Amount must be no more than 999,999.99 chf"),
    ],
)
def test_a_refusal_names_the_currency_once(amount: int, currency: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_amount(amount, currency)
    assert caught.value.body["message"] == words


@pytest.mark.parametrize(
    ("amount", "code"), [(10, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_an_amount_out_of_bounds_is_refused(
    amount: int, code: str, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create({"amount": amount, "currency": "gbp"})

    assert (caught.value.code, caught.value.param) == (code, "amount")


def test_events_are_forgotten_after_thirty_days_once_they_are_delivered(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    paid_charge(client)
    offline.run_due()
    inbox.status = 500
    waiting = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    offline.run_due()
    assert len(client.v1.events.list().data) == 5

    offline.advance(31 * DAY)

    kept = client.v1.events.list({"limit": 100}).data
    assert [
        event.data.to_dict()["object"]["id"]
        for event in kept
        if event.type.startswith("payment_intent.")
    ] == [waiting.id]
    forgotten = "SELECT 1 FROM deliveries WHERE event NOT IN (SELECT id FROM objects)"
    assert offline.store.rows(forgotten) == []
