"""How amounts, rates, days and moments are written, on documents and on the portal's pages. Pure.

Called for every row of a page, so whatever Babel parses is parsed once and kept.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import parse_pattern as parse_date_pattern
from babel.numbers import (
    NumberPattern,
    format_percent,
    get_currency_name,
    get_currency_symbol,
    list_currencies,
    parse_pattern,
)

LOCALE = Locale("en", "GB")

# ISO 4217 minor units. Babel's own figures are CLDR's, which say how a currency is usually shown,
# not what its minor unit is: CLDR gives the Iraqi dinar none where ISO gives it three.
_NO_MINOR_UNIT = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THREE_DIGITS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
_MONTH = parse_date_pattern("MMMM y")


@cache
def minor_digits(currency: str) -> int:
    """Decimal places of a currency. Raises ValueError for a code that is not ISO 4217's."""
    if currency in _NO_MINOR_UNIT:
        return 0
    if currency in _THREE_DIGITS:
        return 3
    if currency not in list_currencies():
        raise ValueError(f"{currency!r} is not a currency")
    return 2


@lru_cache(maxsize=2048)
def money(amount: int, currency: str, locale: Locale = LOCALE) -> str:
    """`6750, "GBP"` gives "£67.50"; an amount below 0 has a true minus sign in front.

    `amount` is in minor units. Raises ValueError for a code that is not ISO 4217's.
    """
    value = Decimal(abs(amount)).scaleb(-minor_digits(currency))
    pattern = _pattern(currency, locale)
    text: str = pattern.apply(value, locale, currency=currency, currency_digits=False)
    symbol = get_currency_symbol(currency, locale=locale)
    if symbol[-1].isalpha():
        # CLDR's alphaNextToNumber, which Babel leaves out: a code would run into its figure.
        text = text.replace(symbol, f"{symbol}\N{NO-BREAK SPACE}", 1)
    if amount < 0:
        return f"\N{MINUS SIGN}{text}"
    return text


@cache
def currency_plural(currency: str, locale: Locale = LOCALE) -> str:
    """`"EUR"` gives "euros", as after a number: "£1 = 1.1712 euros"."""
    name: str = get_currency_name(currency, count=2, locale=locale)
    return name


@cache
def currency_name(currency: str) -> str:
    """`"GBP"` gives "British pounds (GBP)": a symbol alone leaves open whose dollars."""
    return f"{currency_plural(currency)} ({currency})"


def percent(basis_points: int, locale: Locale = LOCALE) -> str:
    """`2000` gives "20%", `550` gives "5.5%"."""
    rate = Decimal(basis_points) / 10_000
    return format_percent(rate, locale=locale, decimal_quantization=False)


def day(when: date, zone: str | None = None, locale: Locale = LOCALE) -> str:
    """The day in words, as "12 November 2026": no reader takes the month for the day.

    `when` is a date, or an aware moment whose day in `zone` (an IANA name) is meant. Raises
    ValueError for a moment without its own time zone or without `zone`.
    """
    return _written("long", when, zone, locale)


def short_day(when: date, zone: str | None = None, locale: Locale = LOCALE) -> str:
    """As `day`, with the month cut short where that is usual: "12 Nov 2026"."""
    return _written("medium", when, zone, locale)


def day_of_year(when: date, zone: str | None = None, locale: Locale = LOCALE) -> str:
    """As `day`, where the year goes without saying: "12 November"."""
    if isinstance(when, datetime):
        when = _at(when, zone)
    text: str = locale.datetime_skeletons["MMMMd"].apply(when, locale)
    return text


def month(when: date, locale: Locale = LOCALE) -> str:
    """The month of a date: "November 2026"."""
    text: str = _MONTH.apply(when, locale)
    return text


def time_of_day(when: datetime, zone: str, locale: Locale = LOCALE) -> str:
    """What a clock in `zone` (an IANA name) shows at an aware moment: "14:05".

    Raises ValueError for a moment without a time zone of its own.
    """
    text: str = locale.time_formats["short"].apply(_at(when, zone), locale)
    return text


def direction(text: str) -> Literal["ltr", "rtl"]:
    """Which way a line runs: its first letter with a direction decides, as in browsers."""
    for character in text:
        found = bidirectional(character)
        if found in ("R", "AL"):
            return "rtl"
        if found == "L":
            return "ltr"
    return "ltr"


def _written(
    length: Literal["long", "medium"], when: date, zone: str | None, locale: Locale
) -> str:
    if isinstance(when, datetime):
        when = _at(when, zone)
    text: str = locale.date_formats[length].apply(when, locale)
    return text


@cache
def _pattern(currency: str, locale: Locale) -> NumberPattern:
    digits = minor_digits(currency)
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (digits, digits)
    return pattern


def _at(when: datetime, zone: str | None) -> datetime:
    if when.tzinfo is None or zone is None:
        raise ValueError("a moment needs a time zone")
    return when.astimezone(ZoneInfo(zone))
