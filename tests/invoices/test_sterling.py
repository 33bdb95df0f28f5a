"""VAT in sterling: what an invoice in another currency also shows under British rules."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.draw import draw_pdf
from invoices.formats import minor_digits
from invoices.model import Invoice, TaxLine, document_from_dict
from invoices.sterling import SterlingVat, pence, sterling_vat
from tests.invoices.reading import marks_missing_in, open_pdf, structure_of, text_of
from tests.invoices.samples import fee, in_euros, invoice_of, two_rates, with_sterling

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("amount", "currency", "rate", "expected"),
    [
        (11712, "EUR", "1.1712", 10000),
        (800, "EUR", "1.1712", 683),
        (41250, "JPY", "193.55", 21312),
        (1234567, "KWD", "0.4", 308642),
        (1, "EUR", "2", 1),
        (-1, "EUR", "2", -1),
        (1, "EUR", "2.0000001", 0),
        (0, "USD", "1.3", 0),
    ],
)
def test_an_amount_is_turned_into_pence_and_rounded_half_up(
    amount: int, currency: str, rate: str, expected: int
) -> None:
    assert pence(amount, currency, Fraction(rate)) == expected


@given(
    st.integers(-(10**10), 10**10),
    st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
    st.decimals(Decimal("0.0001"), 100_000, places=4),
)
def test_pence_are_never_further_than_half_a_penny_from_the_exact_amount(
    amount: int, currency: str, rate: Decimal
) -> None:
    exact = Fraction(amount * 100, 10 ** minor_digits(currency)) / Fraction(rate)
    found = pence(amount, currency, Fraction(rate))
    assert abs(exact - found) <= Fraction(1, 2)
    assert pence(-amount, currency, Fraction(rate)) == -found


@given(st.integers(-(10**10), 10**10))
def test_a_rate_of_one_changes_nothing_and_a_rate_of_two_halves(amount: int) -> None:
    half = (Decimal(amount) / 2).quantize(Decimal(1), ROUND_HALF_UP)
    assert pence(amount, "EUR", Fraction(1)) == amount
    assert pence(amount, "EUR", Fraction(2)) == half


def test_each_rate_is_shown_in_sterling_with_the_exchange_rate_and_its_source() -> None:
    text = text_of(draw_pdf(in_euros()))
    assert "VAT in sterling HMRC rate for November 2026: £1 = 1.1712 euros." in text
    assert "VAT rate Before VAT VAT Exempt £57.63 £0.00 20% £34.15 £6.83 Total £91.78 £6.83" in text
    assert "Amounts are in euros (EUR), except under “VAT in sterling”." in text


def test_one_rate_needs_no_total_in_sterling() -> None:
    yen = replace(invoice_of((fee(amount=37500),), (TaxLine(1000, 37500, 3750),)), currency="JPY")
    text = text_of(draw_pdf(with_sterling(yen, "193.55")))
    assert "HMRC rate for November 2026: £1 = 193.55 Japanese yen." in text
    assert "VAT rate Before VAT VAT 10% £193.75 £19.37 Amounts" in text


def test_an_invoice_in_pounds_says_nothing_of_exchange() -> None:
    text = text_of(draw_pdf(two_rates()))
    assert "sterling" not in text
    assert "HMRC" not in text


def test_a_screen_reader_finds_the_table_in_sterling() -> None:
    with open_pdf(draw_pdf(in_euros())) as pdf:
        structure = structure_of(pdf)
        assert marks_missing_in(pdf) == []
    assert structure.count("Table") == 3
    assert structure.count("TH") == 5 + 5 + 6


def test_sterling_survives_a_json_column() -> None:
    stored = json.loads(json.dumps(in_euros().to_dict()))
    assert Invoice.from_dict(stored) == in_euros()
    assert document_from_dict(stored) == in_euros()


def test_an_invoice_in_pounds_cannot_have_other_amounts_in_pounds() -> None:
    with pytest.raises(ValueError, match="in pounds"):
        with_sterling(two_rates(), "1")
    with pytest.raises(ValueError, match="in pounds"):
        replace(two_rates(), sterling=in_euros().sterling)


def one_penny_more(stated: SterlingVat) -> SterlingVat:
    first, *others = stated.taxes
    return replace(stated, taxes=(replace(first, net=first.net + 1), *others))


def one_rate_less(stated: SterlingVat) -> SterlingVat:
    return replace(stated, taxes=stated.taxes[1:])


def another_exchange_rate(stated: SterlingVat) -> SterlingVat:
    return replace(stated, rate="1.2")


@pytest.mark.parametrize("change", [one_penny_more, one_rate_less, another_exchange_rate])
def test_sterling_that_its_rate_does_not_give_is_refused(
    change: Callable[[SterlingVat], SterlingVat],
) -> None:
    stated = in_euros().sterling
    assert stated is not None
    with pytest.raises(ValueError, match="not what their exchange rate gives"):
        replace(in_euros(), sterling=change(stated))


@pytest.mark.parametrize("rate", ["0", "0.00", "-1.2", "1,2", "1e3", "NaN", "", "1/2", "١", "1_0"])
def test_a_rate_that_is_no_plain_number_above_0_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="exchange rate"):
        sterling_vat(two_rates().taxes, "EUR", rate=rate, source="HMRC", month=NOVEMBER)


def test_a_rate_is_for_a_whole_month() -> None:
    with pytest.raises(ValueError, match="first day of a month"):
        SterlingVat("1.1712", "HMRC", date(2026, 11, 12), ())
