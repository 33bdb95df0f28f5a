"""How a price reads: in what people pay, and down to the minor unit what is asked for."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.catalogue.lines import (
    Line,
    LineKind,
    Priced,
    ShownLine,
    TaxLine,
    gross_amounts,
)
from portal.catalogue.rules import Component, Quote, QuoteError, quote
from portal.catalogue.service import Offer, Option

CARE = "Exempt: medical care"
RATES = st.sampled_from([0, 500, 550, 1900, 2000])


def letter(*lines: Line, taxes: tuple[TaxLine, ...]) -> Priced:
    net = sum(line.amount for line in lines)
    tax = sum(tax.tax for tax in taxes)
    return Priced(currency="GBP", lines=lines, taxes=taxes, net=net, tax=tax, total=net + tax)


@st.composite
def fees(draw: st.DrawFn, option_code: str | None = None) -> Component:
    rate_bp = draw(RATES)
    exemption = None if rate_bp else CARE
    return Component(
        LineKind.FEE,
        "Fee",
        amount=draw(st.integers(0, 9_999)),
        per_unit=draw(st.booleans()),
        option_code=option_code,
        tax_rate_bp=rate_bp,
        exemption=exemption,
    )


DISCOUNTS = st.builds(
    Component,
    st.just(LineKind.DISCOUNT),
    st.just("Discount"),
    amount=st.integers(0, 2_000),
    percent_bp=st.integers(0, 3_000),
    per_unit=st.booleans(),
)
PRICES = st.tuples(
    st.lists(fees(), min_size=1, max_size=5), st.lists(DISCOUNTS, max_size=2), st.integers(1, 9)
)


def priced(components: list[Component], quantity: int, options: tuple[str, ...] = ()) -> Quote:
    try:
        return quote(components, "GBP", quantity, options)
    except QuoteError:
        assume(False)
        raise


def test_a_line_shows_what_is_paid_for_it_with_its_tax() -> None:
    price = letter(
        Line(LineKind.FEE, "Letter", 1, 4200, 0, CARE),
        Line(LineKind.FEE, "Posted copy", 1, 695, 2000, None),
        taxes=(TaxLine(2000, 695, 139, None), TaxLine(0, 4200, 0, CARE)),
    )
    assert price.shown_lines == [
        ShownLine("Letter", 4200, None),
        ShownLine("Posted copy", 834, None),
    ]


def test_a_line_for_several_says_how_many_at_which_price() -> None:
    price = letter(
        Line(LineKind.FEE, "Reading", 3, 2950, 2000, None), taxes=(TaxLine(2000, 8850, 1770, None),)
    )
    assert price.shown_lines == [ShownLine("Reading", 10620, "3 × £35.40")]


def test_a_line_whose_parts_would_not_add_up_says_only_how_many() -> None:
    # 20% of 39 is 7.8: three at 16 would be 48, not 47.
    price = letter(
        Line(LineKind.FEE, "Page", 3, 13, 2000, None), taxes=(TaxLine(2000, 39, 8, None),)
    )
    assert price.shown_lines == [ShownLine("Page", 47, "Quantity: 3")]


def test_tax_says_its_rate_and_what_it_is_worked_out_on() -> None:
    price = letter(
        Line(LineKind.FEE, "Letter", 1, 4200, 0, CARE),
        Line(LineKind.FEE, "Reading", 1, 2950, 550, None),
        taxes=(TaxLine(550, 2950, 162, None), TaxLine(0, 4200, 0, CARE)),
    )
    assert price.shown_taxes == [
        ShownLine("VAT at 5.5%", 162, "on £29.50"),
        ShownLine("No VAT", 0, "on £42.00"),
    ]


def test_where_nothing_is_taxed_nothing_is_said_of_tax() -> None:
    price = letter(
        Line(LineKind.FEE, "Letter", 1, 4200, 0, CARE), taxes=(TaxLine(0, 4200, 0, CARE),)
    )
    assert price.shown_taxes == []


@given(PRICES)
def test_the_lines_add_up_to_the_total(
    price: tuple[list[Component], list[Component], int],
) -> None:
    components, discounts, quantity = price
    found = priced([*components, *discounts], quantity)
    assert sum(line.amount for line in found.shown_lines) == found.total


@given(PRICES)
def test_a_fee_without_tax_is_its_net_and_no_line_has_the_wrong_sign(
    price: tuple[list[Component], list[Component], int],
) -> None:
    components, discounts, quantity = price
    found = priced([*components, *discounts], quantity)
    for line, amount in zip(found.lines, gross_amounts(found.lines, found.total), strict=True):
        if line.kind is LineKind.DISCOUNT:
            assert amount <= line.amount
        elif line.tax_rate_bp == 0:
            assert amount == line.amount
        else:
            exact = line.amount * (1 + (line.tax_rate_bp or 0) / 10_000)
            assert abs(amount - exact) < 1


@given(PRICES)
def test_where_nothing_is_taxed_a_discount_is_its_net_too(
    price: tuple[list[Component], list[Component], int],
) -> None:
    components, discounts, quantity = price
    untaxed = [replace(fee, tax_rate_bp=0, exemption=CARE) for fee in components]
    found = priced([*untaxed, *discounts], quantity)
    nets = [line.amount for line in found.lines]
    assert gross_amounts(found.lines, found.total) == nets


def offer_of(components: list[Component]) -> Offer:
    codes = dict.fromkeys(one.option_code for one in components if one.option_code)
    return Offer(
        service_id=1,
        slug="letter",
        name="Letter",
        summary="",
        description="",
        what_next=None,
        units=None,
        max_quantity=9,
        currency="GBP",
        options=tuple(Option(code, code, None) for code in codes),
        components=tuple(components),
    )


@given(st.lists(fees(), min_size=1, max_size=4), fees("copy"), st.integers(1, 9))
def test_an_extra_s_line_is_what_the_page_said_it_adds(
    components: list[Component], extra: Component, quantity: int
) -> None:
    found = priced([*components, extra], quantity, ("copy",))
    said = offer_of([*components, extra]).option_costs(quantity, ())
    assume("copy" in said)
    assert found.shown_lines[-1].amount == said["copy"]


@given(
    st.lists(fees(), min_size=1, max_size=3),
    st.tuples(fees("a"), fees("b"), fees("c")),
    st.integers(1, 9),
)
def test_of_several_extras_none_is_further_off_than_one_minor_unit(
    components: list[Component], extras: tuple[Component, ...], quantity: int
) -> None:
    every = [*components, *extras]
    codes = tuple(extra.option_code or "" for extra in extras)
    found = priced(every, quantity, codes)
    said = offer_of(every).option_costs(quantity, codes)
    assume(len(said) == len(codes))
    shown = dict(zip(codes, found.shown_lines[-len(codes) :], strict=True))
    rates = [extra.tax_rate_bp for extra in extras]
    for code, extra in zip(codes, extras, strict=True):
        off = abs(shown[code].amount - said[code])
        assert off <= 1
        if rates.count(extra.tax_rate_bp) == 1 or code == codes[-1]:
            assert off == 0


def test_two_extras_whose_pence_round_together_cannot_both_show_what_they_add() -> None:
    """20% of 2 is 0.4, of 4 is 0.8: beside the other each adds 3, and both together cost 5."""
    copy = Component(LineKind.FEE, "Copy", amount=2, option_code="copy", tax_rate_bp=2000)
    extras = [copy, replace(copy, option_code="other")]
    base = Component(LineKind.FEE, "Letter", amount=100, tax_rate_bp=0, exemption=CARE)
    said = offer_of([base, *extras]).option_costs(1, ("copy", "other"))
    assert said == {"copy": 3, "other": 3}
    found = priced([base, *extras], 1, ("copy", "other"))
    assert [line.amount for line in found.shown_lines] == [100, 2, 3]


@pytest.mark.parametrize("quantity", [1, 2, 3, 10])
def test_the_first_fee_of_a_rate_shows_the_price_it_has_alone(quantity: int) -> None:
    fee = Component(LineKind.FEE, "Reading", amount=2953, tax_rate_bp=2000)
    alone = quote([fee], "GBP", quantity).total
    more = replace(fee, amount=1207, per_unit=False)
    assert quote([fee, more], "GBP", quantity).shown_lines[0].amount == alone
