"""What a price is made of and how it reads: the same on a quote, a bill and at checkout. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.formats import money, percent
from portal.money import fraction_half_up, split
from portal.texts import gettext as _


class LineKind(StrEnum):
    """What a line does to the sum: a fee adds, a discount takes off."""

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
        """The lines as people pay them, tax included; they add up to the total."""
        amounts = gross_amounts(self.lines, self.total)
        return [
            ShownLine(line.label, amount, self._detail(line, amount))
            for line, amount in zip(self.lines, amounts, strict=True)
        ]

    @property
    def shown_taxes(self) -> list[ShownLine]:
        """What the total includes as tax, by rate; nothing where nothing is taxed."""
        if not any(tax.rate_bp for tax in self.taxes):
            return []
        return [
            ShownLine(
                tax_name(tax.rate_bp),
                tax.tax,
                _("on %(amount)s", amount=money(tax.net, self.currency)),
            )
            for tax in self.taxes
        ]

    def _detail(self, line: Line, amount: int) -> str | None:
        if line.quantity == 1:
            return None
        unit, rest = divmod(amount, line.quantity)
        if rest:
            # The tax was rounded once for all of them: no whole price for each adds up to it.
            return _("Quantity: %(count)s", count=line.quantity)
        return f"{line.quantity} \N{MULTIPLICATION SIGN} {money(unit, self.currency)}"


def gross_amounts(lines: Sequence[Line], total: int) -> list[int]:
    """What each line comes to with its tax, in the order of `lines`; together exactly `total`.

    A fee shows by how much it raises the tax of its rate over that of the fees before it. So a fee
    without tax shows its net, the first fee of a rate the price that it has alone, and an extra,
    which stands last, what it adds to the total. Tax is rounded once for each rate: where two
    extras share a rate, the earlier can show one minor unit more or less than it adds. A discount
    shows what it takes off net and tax together; that an extra also enlarges a discount by
    percentage is seen there, and not on the line of the extra.
    """
    nets: defaultdict[int, int] = defaultdict(int)
    amounts = []
    for line in lines:
        rate_bp = line.tax_rate_bp or 0
        before = fraction_half_up(nets[rate_bp], rate_bp)
        if line.kind is LineKind.FEE:
            nets[rate_bp] += line.amount
        amounts.append(line.amount + fraction_half_up(nets[rate_bp], rate_bp) - before)
    discounts = [place for place, line in enumerate(lines) if line.kind is LineKind.DISCOUNT]
    if discounts:
        # Until here a discount stands with its net.
        fees = sum(amounts) - sum(amounts[place] for place in discounts)
        shares = split(total - fees, [-lines[place].amount for place in discounts])
        for place, share in zip(discounts, shares, strict=True):
            amounts[place] = share
    return amounts


def tax_name(rate_bp: int) -> str:
    """2000 → "VAT at 20%", 0 → "No VAT"."""
    return _("VAT at %(rate)s", rate=percent(rate_bp)) if rate_bp else _("No VAT")
