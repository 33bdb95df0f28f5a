"""What patients are shown about currencies. Pure."""

from babel.numbers import get_currency_name

from portal.formats import LOCALE

# What a new patient is billed in where nobody says otherwise.
DEFAULT_CURRENCY = "GBP"


def currency_label(code: str) -> str:
    """`EUR` → `Euros (EUR)`."""
    name = get_currency_name(code, count=2, locale=LOCALE)
    return f"{name[0].upper()}{name[1:]} ({code})"
