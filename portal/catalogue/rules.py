"""What a price comes to: components become lines, tax and a total. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.catalogue.lines import Line, LineKind, Priced, TaxLine
from portal.formats import money
from portal.money import (
    MAXIMUM_CHARGE,
    MINIMUM_CHARGE,
    fraction_half_up,
    is_chargeable,
    split,
)
from portal.texts import gettext as _


@dataclass(frozen=True)
class Component:
    """One fee or discount of a price, net, in minor units; the columns of PriceComponent say what
    each part means.
    """

    kind: LineKind
    label: str
    amount: int = 0
    percent_bp: int = 0
    per_unit: bool = True
    option_code: str | None = None
    min_quantity: int = 1
    tax_rate_bp: int = 0
    exemption: str | None = None


class Quote(Priced):
    """What a choice costs today."""


class QuoteError(ValueError):
    """This choice cannot be priced; the message is for the person who made it."""


def quote(
    components: Sequence[Component], currency: str, quantity: int, options: Iterable[str] = ()
) -> Quote:
    """Price `quantity` units with the ticked `options`. Raises QuoteError.

    Tax is worked out once per rate on the discounted net and rounded half up (HMRC VAT Notice 700,
    17.5).
    """
    if quantity < 1:
        raise QuoteError(_("Choose at least 1"))
    chosen = frozenset(options)
    applying = [
        component
        for component in components
        if component.min_quantity <= quantity
        and (component.option_code is None or component.option_code in chosen)
    ]
    fees = [_fee(component, quantity) for component in applying if component.kind is LineKind.FEE]
    if not fees:
        raise QuoteError(_("There is no price for this yet"))
    discounts = _discounts(applying, quantity, sum(fee.amount for fee in fees))
    taxes = taxes_of(fees, sum(discount.amount for discount in discounts))
    net = sum(tax.net for tax in taxes)
    tax = sum(tax.tax for tax in taxes)
    _check_total(net + tax, currency)
    lines = (*fees, *discounts)
    return Quote(currency=currency, lines=lines, taxes=taxes, net=net, tax=tax, total=net + tax)


def _fee(component: Component, quantity: int) -> Line:
    count = quantity if component.per_unit else 1
    exemption = component.exemption if component.tax_rate_bp == 0 else None
    return Line(
        kind=LineKind.FEE,
        label=component.label,
        quantity=count,
        unit_amount=component.amount,
        tax_rate_bp=component.tax_rate_bp,
        exemption=exemption,
    )


def _discounts(applying: Sequence[Component], quantity: int, fees: int) -> list[Line]:
    """Each discount is taken from the whole fees, not from what another left; together they never
    exceed them.
    """
    lines: list[Line] = []
    left = fees
    for component in applying:
        if component.kind is not LineKind.DISCOUNT:
            continue
        count = quantity if component.per_unit and component.amount else 1
        unit = component.amount or fraction_half_up(fees, component.percent_bp)
        if count * unit > left:
            count, unit = 1, left
        if unit:
            lines.append(Line(LineKind.DISCOUNT, component.label, count, -unit, None, None))
        left -= count * unit
    return lines


def taxes_of(fees: Sequence[Line], discount: int) -> tuple[TaxLine, ...]:
    """Tax by rate on what the fees come to less `discount` (minor units, not positive).

    The discount is spread over the rates by largest remainder; the highest rate stands first.
    """
    nets: defaultdict[tuple[int, str], int] = defaultdict(int)
    for fee in fees:
        nets[(fee.tax_rate_bp or 0, fee.exemption or "")] += fee.amount
    groups = sorted(nets, key=lambda group: (-group[0], group[1]))
    shares = split(discount, [nets[group] for group in groups])
    discounted = [nets[group] + share for group, share in zip(groups, shares, strict=True)]
    return tuple(
        TaxLine(rate_bp, net, fraction_half_up(net, rate_bp), exemption or None)
        for (rate_bp, exemption), net in zip(groups, discounted, strict=True)
    )


def _check_total(total: int, currency: str) -> None:
    if total == 0 or is_chargeable(total, currency):
        return
    asked = money(total, currency)
    if total < MINIMUM_CHARGE[currency]:
        smallest = money(MINIMUM_CHARGE[currency], currency)
        raise QuoteError(
            _(
                "This comes to %(asked)s. The smallest card payment is %(smallest)s. "
                "Please contact us.",
                asked=asked,
                smallest=smallest,
            )
        )
    largest = money(MAXIMUM_CHARGE, currency)
    raise QuoteError(
        _(
            "This comes to %(asked)s. The largest card payment is %(largest)s. "
            "Choose less, or contact us.",
            asked=asked,
            largest=largest,
        )
    )
