"""Balance transactions: what happened to the Stripe balance."""

from dataclasses import dataclass
from datetime import datetime

import stripe

from portal.stripe_api.values import moment


@dataclass(frozen=True)
class SeenBalanceTransaction:
    """Minor units of the settlement currency.

    `exchange_rate` is decimal text, where the payment's currency differs.
    """

    stripe_id: str
    currency: str
    amount: int
    fee: int
    net: int
    exchange_rate: str | None
    created_at: datetime


def read_balance_transaction(transaction: stripe.BalanceTransaction) -> SeenBalanceTransaction:
    """Stripe's object as ours."""
    rate = transaction.exchange_rate
    return SeenBalanceTransaction(
        stripe_id=transaction.id,
        currency=transaction.currency.upper(),
        amount=transaction.amount,
        fee=transaction.fee,
        net=transaction.net,
        exchange_rate=None if rate is None else str(rate),
        created_at=moment(transaction.created),
    )
