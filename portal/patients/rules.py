"""What patients are shown about currencies. Pure."""

from portal.formats import currency_name


def currency_label(code: str) -> str:
    """`EUR` → `Euros (EUR)`."""
    name = currency_name(code)
    return f"{name[0].upper()}{name[1:]} ({code})"
