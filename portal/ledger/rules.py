"""Which accounts move when money does; every list of postings sums to zero per currency. Pure.

Debits are positive, credits negative, in minor units.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Where money stands in the books."""

    RECEIVABLE = "receivable"
    REVENUE = "revenue"
    TAX = "tax"
    STRIPE_BALANCE = "stripe_balance"
    STRIPE_FEE = "stripe_fee"
    EXCHANGE_CLEARING = "exchange_clearing"
    # Money that Stripe has and no bill explains, until an administrator decides.
    SUSPENSE = "suspense"
    # Refunded to a payer whose bank sent it back: still to be paid to them.
    REFUNDS_OWED = "refunds_owed"
    # What was accepted as paid though it was less than the bill, or more.
    PAYMENT_DIFFERENCE = "payment_difference"


@dataclass(frozen=True)
class Line:
    """A debit (positive) or credit (negative) of one account, in minor units of `currency`."""

    account: Account
    currency: str
    amount: int


class Unbalanced(ValueError):
    """Postings that do not sum to zero in some currency."""


def sale(currency: str, net: int, tax: int) -> list[Line]:
    """A paid bill: the patient's card owes us the gross, earned as revenue and owed as tax."""
    return _without_zeros(
        [
            Line(Account.RECEIVABLE, currency, net + tax),
            Line(Account.REVENUE, currency, -net),
            Line(Account.TAX, currency, -tax),
        ]
    )


def suspense(currency: str, received: int) -> list[Line]:
    """Money received that no bill explains: Stripe owes it to us, and we do not know to whom it is
    owed.
    """
    return _without_zeros(
        [
            Line(Account.RECEIVABLE, currency, received),
            Line(Account.SUSPENSE, currency, -received),
        ]
    )


def suspense_explained(currency: str, received: int) -> list[Line]:
    """The same, taken back, once it is known what the money is."""
    return reversed_lines(suspense(currency, received))


def difference(currency: str, received: int, owed: int) -> list[Line]:
    """A bill for `owed` accepted as paid with `received`: the receivable is what Stripe has."""
    return _without_zeros(
        [
            Line(Account.RECEIVABLE, currency, received - owed),
            Line(Account.PAYMENT_DIFFERENCE, currency, owed - received),
        ]
    )


def credit_note(currency: str, net: int, tax: int) -> list[Line]:
    """A part of a sale taken back: the card is owed the gross, less revenue and tax."""
    return reversed_lines(sale(currency, net, tax))


def refund_elsewhere(currency: str, amount: int, account: Account) -> list[Line]:
    """Money sent back that no credit note explains: it is taken from where it stands."""
    return _without_zeros(
        [Line(Account.RECEIVABLE, currency, -amount), Line(account, currency, amount)]
    )


def refund_sent_back(currency: str, amount: int) -> list[Line]:
    """A refund that had succeeded came back: the payer is still owed it."""
    return reversed_lines(refund_elsewhere(currency, amount, Account.REFUNDS_OWED))


def reversed_lines(lines: list[Line]) -> list[Line]:
    """The same, taken back."""
    return [Line(line.account, line.currency, -line.amount) for line in lines]


def balance(
    currency: str, amount: int, settled_currency: str, settled: int, fee: int
) -> list[Line]:
    """A balance transaction: `amount` of the payment's currency became `settled` on the Stripe
    balance, less `fee`.

    Where the currencies differ both sides pass through exchange clearing, so that neither is ever
    added to the other.
    """
    lines = [Line(Account.RECEIVABLE, currency, -amount)]
    if currency != settled_currency:
        lines.append(Line(Account.EXCHANGE_CLEARING, currency, amount))
        lines.append(Line(Account.EXCHANGE_CLEARING, settled_currency, -settled))
    lines.append(Line(Account.STRIPE_BALANCE, settled_currency, settled - fee))
    lines.append(Line(Account.STRIPE_FEE, settled_currency, fee))
    return _without_zeros(lines)


def check_balanced(lines: Iterable[Line]) -> None:
    """Raises Unbalanced."""
    sums: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.currency] += line.amount
    wrong = {currency: total for currency, total in sums.items() if total}
    if wrong:
        raise Unbalanced(str(wrong))


def _without_zeros(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.amount]
