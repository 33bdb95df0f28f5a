"""What a rate may say."""

from datetime import date

import pytest

from portal.exchange_rates.rules import MonthlyRate, RateError, read_month

MONTH = date(2026, 11, 1)


def test_a_month_is_its_first_day() -> None:
    assert read_month("2026-11") == MONTH


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-1", "2026-13", "0000-01", "11/2026", "２０２６-11"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(RateError, match="month"):
        read_month(text)


@pytest.mark.parametrize("rate", ["", "0", "0.0", "-1", "1,2", "1e5", "NaN", "１.2", "1_000"])
def test_what_is_no_number_above_0_is_no_rate(rate: str) -> None:
    with pytest.raises(RateError, match="exchange rate"):
        MonthlyRate(MONTH, "EUR", rate, "HMRC")


@pytest.mark.parametrize("source", ["", " ", "x" * 65, "HM\nRC", "HMRC\x00"])
def test_a_source_that_cannot_stand_on_an_invoice_is_refused(source: str) -> None:
    with pytest.raises(RateError, match="source"):
        MonthlyRate(MONTH, "EUR", "1.1712", source)
