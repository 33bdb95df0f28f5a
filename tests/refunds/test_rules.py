"""How refunds are split over the rates of an invoice, and what is left to refund."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.refunds.rules import MoneyBack, Sums, apportion, credit, money_back

AMOUNTS = st.integers(0, 99_999_999)
RATES = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=6).filter(
    lambda rates: sum(map(sum, rates)) > 0
)


@st.composite
def invoices_and_notes(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[int]]:
    """The rates of an invoice, and amounts of credit notes that come to no more than it."""
    rates = draw(RATES)
    total = sum(map(sum, rates))
    cuts = draw(st.sets(st.integers(1, total), min_size=1, max_size=8))
    return rates, [late - early for early, late in pairwise([0, *sorted(cuts)])]


@given(invoices_and_notes())
def test_credit_notes_never_credit_more_than_the_invoice(
    case: tuple[list[tuple[int, int]], list[int]],
) -> None:
    rates, amounts = case
    total = sum(map(sum, rates))
    net, tax = [0] * len(rates), [0] * len(rates)
    for credited, amount in zip(accumulate(amounts, initial=0), amounts, strict=False):
        portions = credit(rates, total, credited, amount)
        assert sum(part.net + part.tax for part in portions) == amount
        assert all(part.net >= 0 and part.tax >= 0 for part in portions)
        net = [so_far + part.net for so_far, part in zip(net, portions, strict=True)]
        tax = [so_far + part.tax for so_far, part in zip(tax, portions, strict=True)]
    assert all(now <= whole for now, (whole, _) in zip(net, rates, strict=True))
    assert all(now <= whole for now, (_, whole) in zip(tax, rates, strict=True))
    if sum(amounts) == total:
        assert list(zip(net, tax, strict=True)) == rates


@given(RATES, st.data())
def test_a_part_is_within_one_unit_for_each_rate_of_its_share(
    rates: list[tuple[int, int]], data: st.DataObject
) -> None:
    parts = [part for rate in rates for part in rate]
    amount = data.draw(st.integers(1, sum(parts)))
    for part, weight in zip(apportion(parts, amount), parts, strict=True):
        assert abs(part - amount * weight / sum(parts)) <= len(parts) / 2 + 1


@given(st.lists(AMOUNTS, min_size=2, max_size=5).filter(any), st.data())
def test_no_part_shrinks_as_the_amount_grows(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights) - 1))
    fewer, more = apportion(weights, amount), apportion(weights, amount + 1)
    assert sum(more) - sum(fewer) == 1
    assert all(late >= early for early, late in zip(fewer, more, strict=True))


def test_a_refund_of_twelve_pounds_credits_two_pounds_of_vat() -> None:
    (portion,) = credit([(10_000, 2_000)], 12_000, 0, 1_200)
    assert (portion.net, portion.tax) == (1_000, 200)


def test_penny_by_penny_the_vat_keeps_up() -> None:
    portions = [credit([(100, 20)], 120, place, 1)[0] for place in range(120)]
    for place in (6, 12, 60, 120):
        assert abs(sum(part.tax for part in portions[:place]) - place / 6) <= 0.5


@pytest.mark.parametrize("amount", [0, -1, 41])
def test_no_more_than_is_left_is_credited(amount: int) -> None:
    with pytest.raises(ValueError):
        credit([(100, 20)], 120, 80, amount)


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        (Sums(5400), MoneyBack.NONE),
        (Sums(5400, reserved=100), MoneyBack.ON_ITS_WAY),
        (Sums(5400, refunded=100, credited=100), MoneyBack.PART),
        (Sums(5400, refunded=5400, credited=5400), MoneyBack.FULL),
        (Sums(5400, refunded=100, reserved=5300, credited=100), MoneyBack.ON_ITS_WAY),
        (Sums(5400, credited=5400), MoneyBack.OWED),
        (Sums(5400, reserved=5400, credited=5400), MoneyBack.ON_ITS_WAY),
    ],
)
def test_what_is_said_of_money_that_came_back(sums: Sums, said: MoneyBack) -> None:
    assert money_back(sums) is said


@given(st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**8))
def test_what_is_available_is_never_negative_nor_more_than_received(
    received: int, reserved: int, refunded: int
) -> None:
    assert 0 <= Sums(received, reserved, refunded).available <= received
