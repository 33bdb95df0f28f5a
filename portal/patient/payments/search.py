"""What a patient may search payments for: words of the page, and what a bank statement shows."""

import re
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_

from invoices.formats import minor_digits
from portal.bills.models import Bill
from portal.documents.models import Document
from portal.money import CURRENCIES, MAXIMUM_CHARGE
from portal.payments.models import Payment

_SIGNS = {
    "\N{POUND SIGN}": ("GBP",),
    "\N{EURO SIGN}": ("EUR",),
    "$": ("USD",),
    "US$": ("USD",),
    "\N{YEN SIGN}": ("JPY",),
    "JP\N{YEN SIGN}": ("JPY",),
    **{code: (code,) for code in CURRENCIES},
}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?P<before>{_SIGN})?\s*"
    r"(?P<figure>[0-9]{1,8}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.(?P<part>[0-9]{1,3}))?"
    rf"\s*(?P<after>{_SIGN})?",
    re.ASCII | re.IGNORECASE,
)
_LAST4 = re.compile(r"(?:.*\s)?([0-9]{4})", re.ASCII)
# Fewer characters of a reference stand in many references by chance: "54" is an amount.
_FEWEST_OF_REFERENCE = 4


def amounts(words: str) -> dict[str, int]:
    """What `words` may mean as an amount, in minor units by currency; empty where they mean none.

    "27" and "27.00" may be in any currency, "£27" is in pounds; "1,234.50" has its comma or not.
    """
    found = _AMOUNT.fullmatch(words.strip())
    if found is None or (found["before"] and found["after"]):
        return {}
    sign = (found["before"] or found["after"] or "").upper()
    value = Decimal(f"{found['figure'].replace(',', '')}.{found['part'] or '0'}")
    minor = {}
    for currency in _SIGNS.get(sign, CURRENCIES):
        amount = value.scaleb(minor_digits(currency))
        if amount == int(amount) and amount <= MAXIMUM_CHARGE:
            minor[currency] = int(amount)
    return minor


def last_four(words: str) -> str | None:
    """The last four digits of a card: "4242", or as the list has it, "Visa ending 4242"."""
    found = _LAST4.fullmatch(words.strip())
    return found[1] if found else None


def mentions(words: str) -> ColumnElement[bool]:
    """For queries: the payment is found by `words`.

    The title is searched anywhere, whatever the case, and by four characters or more so are the
    references that people read from paper; amounts and cards are found only whole.
    """
    texts = [Bill.title]
    if len(words) >= _FEWEST_OF_REFERENCE:
        texts += [Payment.ref, Bill.ref, Document.number]
    found: list[ColumnElement[bool]] = [
        column.icontains(words, autoescape=True) for column in texts
    ]
    found += [
        and_(Payment.currency == currency, Payment.amount == amount)
        for currency, amount in amounts(words).items()
    ]
    digits = last_four(words)
    if digits is not None:
        found.append(Payment.last4 == digits)
    return or_(*found)
