"""Reading the file of monthly rates that HMRC publishes. Pure.

https://www.trade-tariff.service.gov.uk/exchange_rates has one for each month, as CSV: a row for
each country, with its currency's units for £1 and the first and last day that the rate is for.
"""

import csv
import re
from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime

from portal.exchange_rates.rules import MonthlyRate, RateError

SOURCE = "HMRC"
_CODE, _RATE, _START, _END = "currency code", "currency units per £1", "start date", "end date"
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DAY = re.compile(r"\d{2}/\d{2}/\d{4}", re.ASCII)


def read_file(content: bytes, currencies: Collection[str]) -> tuple[MonthlyRate, ...]:
    """The rates of `currencies` in a file of HMRC's, in the order of their codes.

    Every row is checked, those of other currencies too. Raises RateError in one line that names
    the row.
    """
    rows = _rows(content)
    found: dict[str, MonthlyRate] = {}
    months: set[date] = set()
    for number, row in enumerate(rows, 2):
        try:
            rate = _read(row)
        except ValueError as error:
            raise RateError(f"row {number}: {error}") from None
        months.add(rate.month)
        if len(months) > 1:
            raise RateError(f"row {number} is for another month than the rows before it")
        if found.setdefault(rate.currency, rate) != rate:
            raise RateError(f"row {number} has another rate for {rate.currency} than a row before")
    wanted = tuple(found[code] for code in sorted(found.keys() & set(currencies)))
    if not wanted:
        raise RateError(f"the file has no rate for {', '.join(sorted(currencies))}")
    return wanted


def _rows(content: bytes) -> list[dict[str, str]]:
    """Each row by the names of its columns, in lower case: HMRC has changed their capitals."""
    try:
        text = content.decode("utf-8-sig")
        header, *rows = csv.reader(text.splitlines(), strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise RateError("this is not a CSV file in UTF-8") from None
    names = [name.strip().lower() for name in header]
    missing = [name for name in (_CODE, _RATE, _START, _END) if names.count(name) != 1]
    if missing:
        raise RateError(f'the first row must have one column "{missing[0]}"')
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise RateError(f"row {number} has {len(row)} cells and not {len(names)}")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _read(row: dict[str, str]) -> MonthlyRate:
    """Raises ValueError."""
    code, rate = row[_CODE].strip(), row[_RATE].strip()
    if not _CURRENCY.fullmatch(code):
        raise ValueError("the currency code is not three capital letters")
    start, end = _day(row[_START]), _day(row[_END])
    last = start.replace(day=monthrange(start.year, start.month)[1])
    if (start.day, end) != (1, last):
        raise ValueError("the dates are not the first and the last day of a month")
    return MonthlyRate(start, code, rate, SOURCE)


def _day(text: str) -> date:
    if not _DAY.fullmatch(text.strip()):
        raise ValueError("a date is not written like 01/11/2026")
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        raise ValueError("a date is not in the calendar") from None
