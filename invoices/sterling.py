"""VAT in sterling, for an invoice in another currency.

British VAT is owed in pounds. Such an invoice must show the VAT in sterling (VAT Regulations 1995,
regulation 14(1)(l)) and, as HMRC asks in "Transactions in foreign currencies and VAT", the net and
the VAT of each rate. VAT Notice 700, paragraph 7.7 allows the rate that HMRC publishes for each
month: units of the other currency for £1.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from invoices import bounds
from invoices.formats import minor_digits
from invoices.parts import STRICT, TaxLine

_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class SterlingVat:
    """Net and VAT per rate in pence, and the exchange rate that they were turned by.

    `rate` is how much of the invoice's currency one pound is worth, as it was published
    ("1.1712"); `source` says who published it ("HMRC"), and `month` is the first day of the month
    it is for. Made by `sterling_vat`.
    """

    __pydantic_config__ = STRICT

    rate: str
    source: str
    month: date
    taxes: tuple[TaxLine, ...]

    def __post_init__(self) -> None:
        units_per_pound(self.rate)
        bounds.hold(self, {"source": bounds.REFERENCE})
        if self.month.day != 1:
            raise ValueError(f"{self.month} is not the first day of a month")

    @property
    def net(self) -> int:
        """Pence before VAT, all rates together."""
        return sum(line.net for line in self.taxes)

    @property
    def tax(self) -> int:
        """Pence of VAT, all rates together."""
        return sum(line.tax for line in self.taxes)


def sterling_vat(
    taxes: tuple[TaxLine, ...], currency: str, *, rate: str, source: str, month: date
) -> SterlingVat:
    """What `taxes`, in minor units of `currency`, are in sterling: each amount rounded half up.

    Raises ValueError for a rate that is no positive decimal number such as "1.1712", for sterling
    itself, and for a code that is no currency.
    """
    if currency == "GBP":
        raise ValueError("an invoice in pounds has no other amounts in sterling")
    units = units_per_pound(rate)
    return SterlingVat(
        rate,
        source,
        month,
        tuple(
            TaxLine(
                line.rate_bp,
                pence(line.net, currency, units),
                pence(line.tax, currency, units),
                line.exemption,
            )
            for line in taxes
        ),
    )


def pence(amount: int, currency: str, units: Fraction) -> int:
    """`amount` minor units of `currency` in pence, where `units` of it are worth one pound.

    Rounded half up, halves of an amount below 0 away from 0.
    """
    exact = Fraction(abs(amount) * 100, 10 ** minor_digits(currency)) / units
    rounded = (exact.numerator * 2 + exact.denominator) // (exact.denominator * 2)
    if amount < 0:
        return -rounded
    return rounded


def units_per_pound(rate: str) -> Fraction:
    """The number that a published rate such as "1.1712" says.

    Raises ValueError for any other text, and for 0.
    """
    if not _RATE.fullmatch(rate) or not Fraction(rate):
        raise ValueError("the exchange rate is not a number above 0, such as 1.1712")
    return Fraction(rate)
