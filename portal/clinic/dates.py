"""Dates of birth as people type them, the day before the month. Pure."""

import re
import unicodedata
from datetime import date

from babel.dates import get_month_names

from portal.patients.names import fold
from portal.texts import language

_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_BETWEEN = r"\s?[-./\s]\s?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FIGURES = r"(?P<month>\d{1,2})"
_LETTERS = r"(?P<month>[^\W\d_]{3,})\.?"
_SPELLINGS = tuple(
    re.compile(rf"(?<!\w){spelling}(?!\w)", re.IGNORECASE)
    for spelling in (
        rf"(?P<year>\d{{4}}){_BETWEEN}{_FIGURES}{_BETWEEN}(?P<day>\d{{1,2}})",
        rf"(?P<day>\d{{1,2}}){_BETWEEN}{_FIGURES}{_BETWEEN}{_YEAR}",
        rf"{_DAY}[-./\s]*{_LETTERS}[-./,\s]*{_YEAR}",
        rf"{_LETTERS}[-./\s]*{_DAY}[-./,\s]+{_YEAR}",
    )
)


def take_dates(text: str, today: date) -> tuple[tuple[date, ...] | None, str]:
    """What the first date in `text` can mean, and `text` without it.

    None where there is no date; no dates where it is not in the calendar ("31/2/1980"). A year of
    two figures can mean two centuries; only days up to `today` are meant.
    """
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    for spelling in _SPELLINGS:
        for match in spelling.finditer(text):
            month = _month(match["month"])
            if month is not None:
                rest = f"{text[: match.start()]} {text[match.end() :]}"
                return _meant(match["year"], month, int(match["day"]), today), rest
    return None, text


def _month(text: str) -> int | None:
    """The month's number from figures, its name, or at least the first three letters of it."""
    if text.isdecimal():
        return int(text)
    start = fold(text)
    for number, name in get_month_names("wide", locale=language().locale).items():
        if fold(name).startswith(start):
            return int(number)
    return None


def _meant(year: str, month: int, day: int, today: date) -> tuple[date, ...]:
    centuries = [0] if len(year) == 4 else [today.year // 100 * 100, today.year // 100 * 100 - 100]
    found = []
    for century in centuries:
        try:
            meant = date(century + int(year), month, day)
        except ValueError:
            continue
        if meant <= today:
            found.append(meant)
    return tuple(found)
