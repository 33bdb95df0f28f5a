"""How amounts, rates and days are written on a document."""

from datetime import date
from decimal import Decimal
from typing import Literal
from unicodedata import bidirectional

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_name, get_currency_symbol, list_currencies, parse_pattern

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


def minor_digits(currency: str) -> int:
    """Decimal places of a currency. Raises ValueError for a code that is not ISO 4217's."""
    if currency in _NO_MINOR_UNIT:
        return 0
    if currency in _THREE_DIGITS:
        return 3
    if currency not in list_currencies():
        raise ValueError(f"{currency!r} is not a currency")
    return 2


def money(amount: int, currency: str) -> str:
    """`6750, "GBP"` gives "£67.50"; an amount below 0 has a true minus sign in front."""
    digits = minor_digits(currency)
    pattern = parse_pattern(LOCALE.currency_formats["standard"].pattern)
    pattern.frac_prec = (digits, digits)
    value = Decimal(abs(amount)).scaleb(-digits)
    text = pattern.apply(value, LOCALE, currency=currency, currency_digits=False)
    symbol = get_currency_symbol(currency, locale=LOCALE)
    if symbol[-1].isalpha():
        # CLDR's alphaNextToNumber pattern, which Babel leaves out: a code would run into its
        # figure.
        text = text.replace(symbol, f"{symbol}\N{NO-BREAK SPACE}", 1)
    return f"\N{MINUS SIGN}{text}" if amount < 0 else text


def currency_name(currency: str) -> str:
    """`"GBP"` gives "British pounds (GBP)": a symbol alone leaves open whose dollars."""
    return f"{get_currency_name(currency, count=2, locale=LOCALE)} ({currency})"


def rate(basis_points: int) -> str:
    """`2000` gives "20%", `550` gives "5.5%"."""
    return f"{(Decimal(basis_points) / 100).normalize():f}%"


def day(when: date) -> str:
    """The day in words, as "12 November 2026": no reader takes the month for the day."""
    return format_date(when, format="long", locale=LOCALE)


def direction(text: str) -> Literal["ltr", "rtl"]:
    """Which way a line runs: its first letter with a direction decides, as with `dir="auto"` in a
    browser.
    """
    strong = (bidirectional(character) for character in text)
    return (
        "rtl"
        if next((found for found in strong if found in ("L", "R", "AL")), "L") != "L"
        else "ltr"
    )
