"""HMRC's file of monthly rates: taken as it is published, and refused as soon as it is not."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.exchange_rates.hmrc import read_file
from portal.exchange_rates.rules import FOREIGN, MonthlyRate, RateError
from tests.exchange_rates.files import NOVEMBER, WHOLE, hmrc_file

MONTH = date(2026, 11, 1)
EURO = f"Eurozone,Euro,EUR,1.1512,{NOVEMBER}"


def test_the_rates_we_need_are_taken_and_the_others_left() -> None:
    assert read_file(WHOLE, FOREIGN) == (
        MonthlyRate(MONTH, "EUR", "1.1512", "HMRC"),
        MonthlyRate(MONTH, "JPY", "199.42", "HMRC"),
        MonthlyRate(MONTH, "USD", "1.3105", "HMRC"),
    )


def test_the_file_of_earlier_years_names_its_columns_in_other_capitals() -> None:
    header = "Country/Territories,Currency,Currency code,Currency units per £1,Start Date,End Date"
    (rate,) = read_file(b"\xef\xbb\xbf" + hmrc_file(EURO, header=header), FOREIGN)
    assert rate.units_per_pound == "1.1512"


@pytest.mark.parametrize(
    ("days", "month"),
    [
        ("01/02/2028,29/02/2028", date(2028, 2, 1)),
        ("01/02/2027,28/02/2027", date(2027, 2, 1)),
        ("01/12/9999,31/12/9999", date(9999, 12, 1)),
    ],
)
def test_each_month_has_its_own_last_day(days: str, month: date) -> None:
    (rate,) = read_file(hmrc_file(f"Eurozone,Euro,EUR,1.1,{days}"), FOREIGN)
    assert rate.month == month


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a CSV file"),
        (b"\xa31,\xff", "not a CSV file"),
        (b'"', "not a CSV file"),
        (b"<?xml version='1.0'?><exchangeRateMonthList/>", 'one column "currency code"'),
        (hmrc_file(), "no rate for EUR, JPY, USD"),
        (hmrc_file(f"Abu Dhabi,Dirham,AED,4.8131,{NOVEMBER}"), "no rate for EUR"),
        (hmrc_file(EURO, header="Currency Code,Start date,End date"), "units per £1"),
        (hmrc_file("Eurozone,Euro,EUR,1.1512,01/11/2026"), "row 2 has 5 cells"),
        (hmrc_file(EURO, f"USA,Dollar,usd,1.3,{NOVEMBER}"), "row 3: the currency code"),
        (hmrc_file(f"Eurozone,Euro,EUR,0,{NOVEMBER}"), "row 2: the exchange rate"),
        (hmrc_file(f'Eurozone,Euro,EUR,"1,15",{NOVEMBER}'), "row 2: the exchange rate"),
        (hmrc_file(f"Eurozone,Euro,EUR,-1.15,{NOVEMBER}"), "row 2: the exchange rate"),
        (hmrc_file(f"Eurozone,Euro,EUR,1e5,{NOVEMBER}"), "row 2: the exchange rate"),
        (hmrc_file(f"Eurozone,Euro,EUR,NaN,{NOVEMBER}"), "row 2: the exchange rate"),
        (hmrc_file("Eurozone,Euro,EUR,1.15,2026-11-01,2026-11-30"), "like 01/11/2026"),
        (hmrc_file("Eurozone,Euro,EUR,1.15,01/13/2026,30/13/2026"), "not in the calendar"),
        (hmrc_file("Eurozone,Euro,EUR,1.15,01/11/2026,29/11/2026"), "first and the last day"),
        (hmrc_file("Eurozone,Euro,EUR,1.15,02/11/2026,30/11/2026"), "first and the last day"),
        (hmrc_file("Eurozone,Euro,EUR,1.15,01/11/2026,31/12/2026"), "first and the last day"),
        (hmrc_file(EURO, "USA,Dollar,USD,1.3,01/12/2026,31/12/2026"), "row 3 is for another month"),
        (hmrc_file(EURO, f"Kosovo,Euro,EUR,1.2,{NOVEMBER}"), "row 3 has another rate for EUR"),
    ],
)
def test_a_file_that_is_not_one_is_refused_with_the_row(content: bytes, said: str) -> None:
    with pytest.raises(RateError) as refused:
        read_file(content, FOREIGN)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@given(content=st.binary(max_size=200))
@example(content=b"\x00")
def test_whatever_the_bytes_a_bad_file_is_one_line_and_no_crash(content: bytes) -> None:
    with pytest.raises(RateError):
        read_file(content, FOREIGN)


@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_a_spoilt_byte_ends_in_a_refusal_or_in_rates_that_are_rates(place: int, byte: int) -> None:
    spoilt = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    try:
        rates = read_file(spoilt, FOREIGN)
    except RateError:
        return
    assert {rate.month for rate in rates} == {rates[0].month}
    assert {rate.currency for rate in rates} <= set(FOREIGN)
