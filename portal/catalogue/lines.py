"""What a price is made of and how it reads: the same on a quote, a bill and at checkout. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from portal.formats import money, percent
from portal.texts import gettext as _


class LineKind(StrEnum):
    FEE = "fee"
    DISCOUNT = "discount"


@dataclass(frozen=True)
class Line:
    """One line of a price, net; a discount is negative and has no rate: it lowers every rate's
    net.
    """

    kind: LineKind
    label: str
    quantity: int
    unit_amount: int
    tax_rate_bp: int | None
    exemption: str | None

    @property
    def amount(self) -> int:
        return self.quantity * self.unit_amount


@dataclass(frozen=True)
class TaxLine:
    """Tax at one rate on the discounted net taxed at that rate; `exemption` says why a rate of 0 is
    0.
    """

    rate_bp: int
    net: int
    tax: int
    exemption: str | None


@dataclass(frozen=True)
class ShownLine:
    """One row of a price table: `amount` in minor units, `detail` in small text."""

    label: str
    amount: int
    detail: str | None


@dataclass(frozen=True, kw_only=True)
class Priced:
    """Lines, tax and total in minor units of `currency`; `total` is what is asked for."""

    currency: str
    lines: tuple[Line, ...]
    taxes: tuple[TaxLine, ...]
    net: int
    tax: int
    total: int

    @property
    def shown_lines(self) -> list[ShownLine]:
        """The lines with how each amount comes about, and its tax where the lines differ in
        that.
        """
        return [ShownLine(line.label, line.amount, self._detail(line)) for line in self.lines]

    @property
    def shown_taxes(self) -> list[ShownLine]:
        """Tax by rate: what it is worked out on, or why there is none."""
        return [
            ShownLine(
                tax_name(tax.rate_bp),
                tax.tax,
                tax.exemption or _("on %(amount)s", amount=money(tax.net, self.currency)),
            )
            for tax in self.taxes
        ]

    def _detail(self, line: Line) -> str | None:
        parts = []
        if line.quantity > 1:
            unit = money(line.unit_amount, self.currency)
            parts.append(f"{line.quantity} \N{MULTIPLICATION SIGN} {unit}")
        if len(self.taxes) > 1 and line.tax_rate_bp is not None:
            parts.append(tax_name(line.tax_rate_bp))
        return " · ".join(parts) or None


def tax_name(rate_bp: int) -> str:
    """2000 → "VAT at 20%", 0 → "No VAT"."""
    return _("VAT at %(rate)s", rate=percent(rate_bp)) if rate_bp else _("No VAT")
