"""How money, days and rates read, the same on pages and in mails. Pure."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from babel.dates import format_date, format_datetime, get_timezone

from portal.money import format_amount

LOCALE = "en_GB"


def day(value: date, zone: str) -> str:
    """A date, or a moment in the time zone `zone` → "30 November 2026"."""
    if isinstance(value, datetime):
        return format_datetime(value, "d MMMM y", tzinfo=get_timezone(zone), locale=LOCALE)
    return format_date(value, "d MMMM y", locale=LOCALE)


def moment(value: datetime, zone: str) -> str:
    """A moment → "30 November 2026 at 14:05" in the time zone `zone`."""
    return format_datetime(value, "d MMMM y 'at' HH:mm", tzinfo=get_timezone(zone), locale=LOCALE)


def percent(basis_points: int) -> str:
    """2000 → "20%", 550 → "5.5%"."""
    return f"{basis_points / 100:g}%"


def filters(zone: str) -> dict[str, Callable[..., str]]:
    """Template filters by name, for the business time zone `zone`."""
    return {
        "money": format_amount,
        "date": partial(day, zone=zone),
        "datetime": partial(moment, zone=zone),
        "percent": percent,
    }
