"""Amounts, rates, days and moments as a reader sees them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from invoices import formats


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (6750, "GBP", "£67.50"),
        (123456789, "EUR", "€1,234,567.89"),
        (5, "USD", "US$0.05"),
        (41250, "JPY", "JP¥41,250"),
        (1234567, "KWD", "KWD\N{NO-BREAK SPACE}1,234.567"),
        (-500, "GBP", "\N{MINUS SIGN}£5.00"),
        (0, "JPY", "JP¥0"),
    ],
)
def test_an_amount_is_written_with_its_currency(amount: int, currency: str, written: str) -> None:
    assert formats.money(amount, currency) == written


@given(
    st.integers(-(10**11), 10**11),
    st.sampled_from(["GBP", "EUR", "USD", "JPY", "KWD", "IQD", "RSD", "ISK"]),
)
def test_no_digit_of_an_amount_is_lost(amount: int, currency: str) -> None:
    digits = "".join(
        character for character in formats.money(amount, currency) if character.isdigit()
    )
    assert int(digits) == abs(amount)


@given(st.integers(-(10**11), 10**11), st.sampled_from(["GBP", "EUR", "USD", "JPY"]))
def test_what_is_billed_is_written_as_the_rules_of_british_english_say(
    amount: int, currency: str
) -> None:
    digits = formats.minor_digits(currency)
    expected = format_currency(Decimal(amount).scaleb(-digits), currency, locale="en_GB")
    assert formats.money(amount, currency) == expected.replace("-", "\N{MINUS SIGN}")


def test_a_code_that_is_no_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="'XYZ' is not a currency"):
        formats.money(1, "XYZ")


def test_a_currency_is_named_in_full() -> None:
    assert formats.currency_name("USD") == "US dollars (USD)"
    assert formats.currency_plural("EUR") == "euros"


@pytest.mark.parametrize(
    ("basis_points", "written"),
    [(2000, "20%"), (550, "5.5%"), (0, "0%"), (10000, "100%"), (1, "0.01%")],
)
def test_a_rate_is_written_without_idle_zeros(basis_points: int, written: str) -> None:
    assert formats.percent(basis_points) == written


def test_a_day_cannot_be_taken_for_a_month() -> None:
    assert formats.day(date(2026, 2, 11)) == "11 February 2026"
    assert formats.month(date(2026, 2, 11)) == "February 2026"


@pytest.mark.parametrize(
    ("zone", "day", "time"),
    [
        ("Europe/London", "31 December 2026", "23:40"),
        ("Asia/Tokyo", "1 January 2027", "08:40"),
        ("America/New_York", "31 December 2026", "18:40"),
    ],
)
def test_a_moment_is_told_by_the_clock_and_calendar_of_its_place(
    zone: str, day: str, time: str
) -> None:
    paid = datetime(2026, 12, 31, 23, 40, tzinfo=UTC)
    assert formats.day(paid, zone) == day
    assert formats.time_of_day(paid, zone) == time


def test_an_hour_of_summer_time_is_told_as_clocks_show_it() -> None:
    summer = datetime(2026, 7, 1, 13, 5, tzinfo=UTC)
    assert formats.time_of_day(summer, "Europe/London") == "14:05"


def test_a_moment_whose_place_is_not_known_is_not_told() -> None:
    somewhere = datetime(2026, 12, 31, 23, 40)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        formats.time_of_day(somewhere, "Europe/London")
    with pytest.raises(ValueError, match="time zone"):
        formats.day(somewhere, "Europe/London")
    with pytest.raises(ValueError, match="time zone"):
        formats.day(somewhere.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Alice", "ltr"),
        ("محمد", "rtl"),
        ("12 שרה", "rtl"),
        ("King Fahd شارع", "ltr"),
        ("", "ltr"),
        ("12, 4", "ltr"),
    ],
)
def test_a_line_runs_as_its_first_letter_does(text: str, way: str) -> None:
    assert formats.direction(text) == way
