"""How money, days and rates read in the language in use, the same on pages and in mails. Pure."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from babel.dates import format_date, format_time, get_timezone
from babel.numbers import format_percent, get_currency_name

from portal.money import BASIS_POINTS, format_amount
from portal.texts import gettext as _
from portal.texts import language


def money(amount: int, currency: str) -> str:
    """`6750, "GBP"` → "£67.50"; a discount reads "−£5.00" with a true minus sign."""
    return format_amount(amount, currency, str(language().locale))


def day(value: date, zone: str) -> str:
    """A date, or a moment in the time zone `zone` → "30 November 2026"."""
    return format_date(_local(value, zone), "long", locale=language().locale)


def short_day(value: date, zone: str) -> str:
    """As `day`, with the month cut short where that is usual → "30 Nov 2026"."""
    return format_date(_local(value, zone), "medium", locale=language().locale)


def moment(value: datetime, zone: str) -> str:
    """A moment → "30 November 2026 at 14:05" in the time zone `zone`."""
    clock = format_time(value, "short", tzinfo=get_timezone(zone), locale=language().locale)
    return _("%(day)s at %(time)s", day=day(value, zone), time=clock)


def percent(basis_points: int) -> str:
    """2000 → "20%", 550 → "5.5%"."""
    rate = Decimal(basis_points) / BASIS_POINTS
    return format_percent(rate, locale=language().locale, decimal_quantization=False)


def currency_name(currency: str) -> str:
    """`EUR` → "euros", as it stands inside a sentence."""
    return get_currency_name(currency, count=2, locale=language().locale)


def filters(zone: str) -> dict[str, Callable[..., str]]:
    """Template filters by name, for the business time zone `zone`."""
    return {
        "money": money,
        "date": partial(day, zone=zone),
        "short_date": partial(short_day, zone=zone),
        "datetime": partial(moment, zone=zone),
        "percent": percent,
    }


def _local(value: date, zone: str) -> date:
    """A moment in the time zone `zone`; a date is in none."""
    if isinstance(value, datetime):
        return value.astimezone(get_timezone(zone))
    return value
