"""What components come to: sums, discounts, tax by rate, and what cannot be charged."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.lines import LineKind, TaxLine
from portal.catalogue.rules import Component, Quote, QuoteError, quote
from portal.money import MAXIMUM_CHARGE, is_chargeable

CARE = "Exempt: medical care"


def fee(amount: int, rate_bp: int = 2000, label: str = "Fee", **more: object) -> Component:
    exemption = None if rate_bp else CARE
    return replace(
        Component(LineKind.FEE, label, amount=amount, tax_rate_bp=rate_bp, exemption=exemption),
        **more,  # type: ignore[arg-type]
    )


def discount(amount: int = 0, percent_bp: int = 0, **more: object) -> Component:
    return replace(
        Component(LineKind.DISCOUNT, "Discount", amount=amount, percent_bp=percent_bp),
        **more,  # type: ignore[arg-type]
    )


def test_tax_is_added_to_the_net_price() -> None:
    priced = quote([fee(5000)], "GBP", 1)
    assert (priced.net, priced.tax, priced.total) == (5000, 1000, 6000)


def test_an_exempt_fee_has_no_tax_and_keeps_its_reason() -> None:
    assert quote([fee(5400, 0)], "GBP", 1).taxes == (TaxLine(0, 5400, 0, CARE),)


def test_a_fee_for_each_unit_is_multiplied_and_a_fee_once_is_not() -> None:
    priced = quote([fee(1000), fee(300, per_unit=False)], "GBP", 4)
    assert [(line.quantity, line.amount) for line in priced.lines] == [(4, 4000), (1, 300)]


def test_an_option_costs_nothing_until_it_is_ticked() -> None:
    components = [fee(1000), fee(700, option_code="posted-copy")]
    assert quote(components, "GBP", 1).net == 1000
    assert quote(components, "GBP", 1, ["posted-copy"]).net == 1700


def test_a_discount_begins_at_its_quantity() -> None:
    components = [fee(1000), discount(percent_bp=1000, min_quantity=3)]
    assert quote(components, "GBP", 2).net == 2000
    assert quote(components, "GBP", 3).net == 2700


def test_tax_is_rounded_once_on_the_whole_not_per_unit() -> None:
    # 20% of 13 is 2.6: rounded per unit, three would bear 9.
    assert quote([fee(13)], "GBP", 3).tax == 8


def test_tax_is_worked_out_after_the_discount() -> None:
    priced = quote([fee(95), discount(25, per_unit=False)], "GBP", 3)
    assert (priced.net, priced.tax) == (260, 52)


def test_half_a_penny_of_tax_is_rounded_up() -> None:
    assert quote([fee(1002, 250)], "GBP", 1).tax == 25  # 25.05
    assert quote([fee(1020, 250)], "GBP", 1).tax == 26  # 25.5


def test_a_discount_is_spread_over_the_rates_in_proportion() -> None:
    priced = quote([fee(3000, 0), fee(1000), discount(401, per_unit=False)], "GBP", 1)
    assert [(tax.rate_bp, tax.net) for tax in priced.taxes] == [(2000, 900), (0, 2699)]


def test_two_reasons_for_no_tax_stay_apart() -> None:
    priced = quote([fee(1000, 0), fee(1000, 0, exemption="Outside the scope of VAT")], "GBP", 1)
    assert [tax.exemption for tax in priced.taxes] == [CARE, "Outside the scope of VAT"]


def test_discounts_never_take_more_than_the_fees() -> None:
    priced = quote([fee(1000), discount(800), discount(percent_bp=5000)], "GBP", 1)
    assert [line.amount for line in priced.lines] == [1000, -800, -200]
    assert (priced.net, priced.tax, priced.total) == (0, 0, 0)


def test_yen_have_no_pennies() -> None:
    priced = quote([fee(5800), fee(2400, per_unit=False), discount(percent_bp=1000)], "JPY", 3)
    assert (priced.net, priced.tax, priced.total) == (17820, 3564, 21384)


def test_a_total_below_stripes_minimum_is_refused_in_words() -> None:
    with pytest.raises(QuoteError, match=r"comes to £0\.12\. The smallest card payment is £0\.30"):
        quote([fee(10)], "GBP", 1)


def test_a_total_of_more_than_eight_digits_is_refused_in_words() -> None:
    with pytest.raises(QuoteError, match=r"largest card payment is £999,999\.99"):
        quote([fee(MAXIMUM_CHARGE)], "GBP", 1)


@pytest.mark.parametrize("quantity", [0, -1])
def test_less_than_one_cannot_be_quoted(quantity: int) -> None:
    with pytest.raises(QuoteError, match="at least 1"):
        quote([fee(1000)], "GBP", quantity)


def test_a_price_without_a_fee_is_no_price() -> None:
    with pytest.raises(QuoteError, match="no price"):
        quote([discount(100)], "GBP", 1)


OPTIONS = ("posted-copy", "urgent")
optional = st.sampled_from([None, None, *OPTIONS])
fees = st.builds(
    fee,
    amount=st.integers(0, 50_000),
    rate_bp=st.sampled_from([0, 500, 2000, 2333]),
    per_unit=st.booleans(),
    option_code=optional,
    min_quantity=st.integers(1, 3),
)
discounts = st.one_of(
    st.builds(
        discount,
        amount=st.integers(1, 60_000),
        per_unit=st.booleans(),
        min_quantity=st.integers(1, 4),
    ),
    st.builds(discount, percent_bp=st.integers(1, 10_000), option_code=optional),
)
# The fee that always applies keeps every total chargeable or zero.
prices = st.tuples(
    st.lists(fees, max_size=5).map(lambda found: [fee(60_000), *found]),
    st.lists(discounts, max_size=3),
).map(lambda both: both[0] + both[1])
quantities = st.integers(1, 9)
choices = st.sets(st.sampled_from(OPTIONS))


def quoted(components: list[Component], quantity: int, options: set[str]) -> Quote | None:
    try:
        return quote(components, "GBP", quantity, options)
    except QuoteError:
        return None


@given(prices, quantities, choices)
def test_the_parts_always_add_up(
    components: list[Component], quantity: int, options: set[str]
) -> None:
    priced = quoted(components, quantity, options)
    if priced is None:
        return
    assert (
        sum(line.amount for line in priced.lines)
        == priced.net
        == sum(tax.net for tax in priced.taxes)
    )
    assert sum(tax.tax for tax in priced.taxes) == priced.tax
    assert priced.total == priced.net + priced.tax
    assert priced.total == 0 or is_chargeable(priced.total, "GBP")


@given(prices, quantities, choices)
def test_nothing_is_ever_negative_but_discounts(
    components: list[Component], quantity: int, options: set[str]
) -> None:
    priced = quoted(components, quantity, options)
    if priced is None:
        return
    assert all(tax.net >= 0 and tax.tax >= 0 for tax in priced.taxes)
    assert all(
        (line.amount < 0) == (line.kind is LineKind.DISCOUNT) or line.amount == 0
        for line in priced.lines
    )


@given(prices, quantities, choices)
def test_untaxed_fees_bear_no_tax_and_say_why(
    components: list[Component], quantity: int, options: set[str]
) -> None:
    priced = quoted(components, quantity, options)
    for tax in priced.taxes if priced else ():
        assert (
            (tax.exemption == CARE and tax.tax == 0) if tax.rate_bp == 0 else tax.exemption is None
        )


@given(st.data(), prices, quantities, choices)
def test_the_order_of_components_changes_no_amount(
    data: st.DataObject, components: list[Component], quantity: int, options: set[str]
) -> None:
    shuffled = quoted(data.draw(st.permutations(components)), quantity, options)
    priced = quoted(components, quantity, options)
    if priced is None or shuffled is None:
        assert priced is shuffled
        return
    assert (shuffled.net, shuffled.total, shuffled.taxes) == (
        priced.net,
        priced.total,
        priced.taxes,
    )


@given(prices, quantities, choices)
def test_one_more_never_lowers_the_fees(
    components: list[Component], quantity: int, options: set[str]
) -> None:
    fees_alone = [component for component in components if component.kind is LineKind.FEE]
    one_more = quoted(fees_alone, quantity + 1, options)
    now = quoted(fees_alone, quantity, options)
    assert now is not None
    assert one_more is not None
    assert one_more.net >= now.net
