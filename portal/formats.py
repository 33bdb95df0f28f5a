"""How money, days and rates read in the language in use, the same on pages and in mails. Pure.

Documents are written by the same functions, in English.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from invoices import formats
from portal.texts import gettext as _
from portal.texts import language


def money(amount: int, currency: str) -> str:
    """`6750, "GBP"` → "£67.50"; a discount reads "−£5.00" with a true minus sign.

    Raises ValueError for a code that is not ISO 4217's.
    """
    return formats.money(amount, currency, language().locale)


def day(value: date, zone: str) -> str:
    """A date, or a moment in the time zone `zone` → "30 November 2026"."""
    return formats.day(value, zone, language().locale)


def short_day(value: date, zone: str) -> str:
    """As `day`, with the month cut short where that is usual → "30 Nov 2026"."""
    return formats.short_day(value, zone, language().locale)


def day_of_year(value: date, zone: str) -> str:
    """As `day`, where the year goes without saying → "30 November"."""
    return formats.day_of_year(value, zone, language().locale)


def month(value: date) -> str:
    """The month of a date → "November 2026"."""
    return formats.month(value, language().locale)


def moment(value: datetime, zone: str) -> str:
    """A moment → "30 November 2026 at 14:05" in the time zone `zone`."""
    time = formats.time_of_day(value, zone, language().locale)
    return _("%(day)s at %(time)s", day=day(value, zone), time=time)


def percent(basis_points: int) -> str:
    """2000 → "20%", 550 → "5.5%"."""
    return formats.percent(basis_points, language().locale)


def currency_name(currency: str) -> str:
    """`EUR` → "euros", as it stands inside a sentence."""
    return formats.currency_plural(currency, language().locale)


def filters(zone: str) -> dict[str, Callable[..., str]]:
    """Template filters by name, for the business time zone `zone`."""
    return {
        "money": money,
        "date": partial(day, zone=zone),
        "short_date": partial(short_day, zone=zone),
        "day_of_year": partial(day_of_year, zone=zone),
        "month": month,
        "datetime": partial(moment, zone=zone),
        "percent": percent,
    }
