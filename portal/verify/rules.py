"""What must hold of one thing and what belongs to it; each rule says what does not. Pure.

Amounts are minor units.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.bills.rules import BillState, RequestState
from portal.catalogue.lines import Line, LineKind, TaxLine
from portal.catalogue.rules import taxes_of
from portal.ledger.rules import Line as PostedLine
from portal.ledger.rules import Unbalanced, check_balanced
from portal.money import CURRENCIES, fraction_half_up

# How a request may stand while its bill stands so.
REQUESTS_OF_BILL: dict[BillState, frozenset[RequestState]] = {
    BillState.OPEN: frozenset({RequestState.REQUESTED}),
    BillState.WITHDRAWN: frozenset({RequestState.CANCELLED}),
    BillState.SETTLED: frozenset(
        {RequestState.ACTIVE, RequestState.COMPLETED, RequestState.CANCELLED}
    ),
    # Cancelled only where all of it was refunded: `refunded_in_full`.
    BillState.PAID: frozenset({RequestState.ACTIVE, RequestState.COMPLETED, RequestState.ON_HOLD}),
}


@dataclass(frozen=True)
class BillSums:
    """What a bill says of itself."""

    currency: str
    net: int
    tax: int
    total: int


def sums_of_bill(bill: BillSums, lines: Sequence[Line], taxes: Sequence[TaxLine]) -> Iterator[str]:
    """Lines make the taxes, both make the total, each rate is rounded half up once."""
    if bill.currency not in CURRENCIES:
        yield f"its currency is {bill.currency}"
    if bill.total != bill.net + bill.tax:
        yield f"its total is {bill.total}, net and tax are {bill.net + bill.tax}"
    net = sum(line.amount for line in lines)
    if net != bill.net:
        yield f"its lines come to {net}, its net is {bill.net}"
    for tax in taxes:
        expected = fraction_half_up(tax.net, tax.rate_bp)
        if tax.tax != expected:
            yield f"the tax at {tax.rate_bp} basis points is {tax.tax}, not {expected}"
    if sum(tax.tax for tax in taxes) != bill.tax:
        yield f"its taxes come to {sum(tax.tax for tax in taxes)}, its tax is {bill.tax}"
    if any((line.amount < 0) != (line.kind is LineKind.DISCOUNT) for line in lines if line.amount):
        yield "a fee takes off, or a discount adds"
    fees = [line for line in lines if line.kind is LineKind.FEE]
    discount = sum(line.amount for line in lines if line.kind is LineKind.DISCOUNT)
    if not fees:
        yield "it has no fee"
    elif taxes_of(fees, discount) != tuple(taxes):
        yield "its taxes are not those of its lines"


def state_of_request(
    bill: BillState, request: RequestState, refunded_in_full: bool
) -> Iterator[str]:
    """A service is given for a bill that is paid or settled, and for no other."""
    allowed = REQUESTS_OF_BILL[bill]
    if refunded_in_full:
        allowed |= {RequestState.CANCELLED}
    if request not in allowed:
        yield f"it is {request}, and its bill is {bill}"


def postings_balance(lines: Sequence[PostedLine]) -> Iterator[str]:
    """Postings of one entry sum to zero in every currency."""
    try:
        check_balanced(lines)
    except Unbalanced as error:
        yield f"its postings do not sum to zero: {error}"


def postings_are(found: Sequence[PostedLine], expected: Sequence[PostedLine]) -> Iterator[str]:
    """The postings are exactly those that its rows ask for, in any order."""
    if Counter(found) != Counter(expected):
        yield f"its postings are {_said(found)}, not {_said(expected)}"


def numbers_of_series(numbers: Sequence[int], last: int) -> Iterator[str]:
    """Every number from 1 to `last` was given out, once."""
    counted = Counter(numbers)
    missing = [number for number in range(1, last + 1) if number not in counted]
    if missing:
        yield f"missing: {_first(missing)}"
    twice = sorted(number for number, times in counted.items() if times > 1)
    if twice:
        yield f"given twice: {_first(twice)}"
    beyond = sorted(number for number in counted if not 0 < number <= last)
    if beyond:
        yield f"its last number is {last}, and there are: {_first(beyond)}"


def _first(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    return shown if len(numbers) <= 5 else f"{shown} and {len(numbers) - 5} more"


def _said(lines: Sequence[PostedLine]) -> str:
    said = sorted(f"{line.account} {line.amount} {line.currency}" for line in lines)
    return ", ".join(said) or "none"
