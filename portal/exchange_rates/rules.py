"""What a rate says, and turning amounts into sterling by it. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from invoices import bounds
from invoices.sterling import pence, units_per_pound
from portal.money import CURRENCIES, STERLING

# Those that need a rate.
FOREIGN = tuple(code for code in CURRENCIES if code != STERLING)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class RateError(ValueError):
    """What is wrong with a rate, or with a file of them, in one line for whoever gave it."""


@dataclass(frozen=True)
class MonthlyRate:
    """How many units of `currency` a pound is in the month that begins on `month`.

    `source` stands on invoices: who published it. Raises RateError.
    """

    month: date
    currency: str
    units_per_pound: str
    source: str

    def __post_init__(self) -> None:
        try:
            units_per_pound(self.units_per_pound)
        except ValueError as error:
            raise RateError(str(error)) from None
        if not 0 < len(self.source.strip()) <= bounds.REFERENCE or not self.source.isprintable():
            raise RateError(f"the source must have 1 to {bounds.REFERENCE} characters")


def read_month(text: str) -> date:
    """`2026-11` as the first day of that month. Raises RateError."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise RateError("a month is written like 2026-11")
    try:
        return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise RateError(f"there is no month {text}") from None


def first_of_month(day: date) -> date:
    """The month that `day` is in, as its first day."""
    return day.replace(day=1)


def in_pence(amount: int, currency: str, rate: str) -> int:
    """`amount` minor units of `currency` in pence, `rate` units of it being a pound.

    Rounded half up. Raises ValueError for a rate that is no number above 0.
    """
    return pence(amount, currency, units_per_pound(rate))
