"""The rules alone, on what nobody has in a database."""

from hypothesis import given
from hypothesis import strategies as st

from portal.bills.rules import BillState, RequestState
from portal.catalogue.lines import LineKind
from portal.catalogue.rules import Component, QuoteError, quote
from portal.ledger.rules import Account, Line, sale
from portal.verify import rules

COMPONENTS = st.builds(
    Component,
    kind=st.sampled_from(LineKind),
    label=st.just("A"),
    amount=st.integers(1, 50_000),
    per_unit=st.booleans(),
    tax_rate_bp=st.sampled_from((0, 500, 1750, 2000)),
)


@given(st.lists(COMPONENTS, min_size=1, max_size=6), st.integers(1, 9))
def test_whatever_can_be_priced_is_a_bill_without_a_fault(
    components: list[Component], quantity: int
) -> None:
    try:
        priced = quote(components, "GBP", quantity)
    except QuoteError:
        return
    sums = rules.BillSums("GBP", priced.net, priced.tax, priced.total)
    assert list(rules.sums_of_bill(sums, priced.lines, priced.taxes)) == []
    off = rules.BillSums("GBP", priced.net + 1, priced.tax, priced.total + 1)
    assert list(rules.sums_of_bill(off, priced.lines, priced.taxes)) != []


@given(st.integers(1, 60), st.data())
def test_a_series_has_every_number_once(last: int, data: st.DataObject) -> None:
    numbers = data.draw(st.permutations(range(1, last + 1)))
    one = data.draw(st.sampled_from(numbers))
    assert list(rules.numbers_of_series(numbers, last)) == []
    assert list(rules.numbers_of_series([*numbers, one], last)) == [f"given twice: {one}"]
    without = [number for number in numbers if number != one]
    assert list(rules.numbers_of_series(without, last)) == [f"missing: {one}"]
    beyond = list(rules.numbers_of_series([*numbers, last + 1], last))
    assert beyond == [f"its last number is {last}, and there are: {last + 1}"]


def test_a_long_list_of_missing_numbers_is_cut_short() -> None:
    assert list(rules.numbers_of_series([], 8)) == ["missing: 1, 2, 3, 4, 5 and 3 more"]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(-5, 5))
def test_postings_are_compared_as_they_are_and_in_any_order(net: int, tax: int, by: int) -> None:
    lines = sale("GBP", net, tax)
    assert list(rules.postings_are(lines[::-1], lines)) == []
    assert list(rules.postings_balance(lines)) == []
    moved = [*lines, Line(Account.TAX, "GBP", by), Line(Account.REVENUE, "GBP", -by)]
    assert list(rules.postings_balance(moved)) == []
    assert list(rules.postings_are(moved, lines)) != []


def test_a_service_stands_as_its_bill_does() -> None:
    allowed = {
        (bill, request, in_full)
        for bill in BillState
        for request in RequestState
        for in_full in (False, True)
        if not list(rules.state_of_request(bill, request, in_full))
    }
    assert (BillState.PAID, RequestState.ACTIVE, False) in allowed
    assert (BillState.PAID, RequestState.CANCELLED, True) in allowed
    assert (BillState.PAID, RequestState.CANCELLED, False) not in allowed
    assert (BillState.PAID, RequestState.REQUESTED, True) not in allowed
    assert (BillState.OPEN, RequestState.ACTIVE, False) not in allowed
    assert (BillState.WITHDRAWN, RequestState.CANCELLED, False) in allowed
