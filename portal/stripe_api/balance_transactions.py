"""Balance transactions: what happened to the Stripe balance."""

from dataclasses import dataclass
from datetime import datetime

import stripe

from portal.stripe_api.values import moment, text


@dataclass(frozen=True)
class SeenBalanceTransaction:
    """Minor units of the settlement currency; `type` and `reporting_category` are Stripe's words.

    `exchange_rate` is decimal text, where the payment's currency differs. `fee_details` are as
    Stripe lists them: type, amount, currency, description.
    """

    stripe_id: str
    type: str
    reporting_category: str
    source_id: str | None
    currency: str
    amount: int
    fee: int
    fee_details: tuple[dict[str, object], ...]
    net: int
    exchange_rate: str | None
    available_on: datetime
    created_at: datetime


def read_balance_transaction(transaction: stripe.BalanceTransaction) -> SeenBalanceTransaction:
    """Stripe's object as ours."""
    source = transaction.source
    source_id = source if isinstance(source, str) else text(source, "id")
    return SeenBalanceTransaction(
        stripe_id=transaction.id,
        type=transaction.type,
        reporting_category=transaction.reporting_category,
        source_id=source_id,
        currency=transaction.currency.upper(),
        amount=transaction.amount,
        fee=transaction.fee,
        fee_details=tuple(_fee(detail) for detail in transaction.fee_details),
        net=transaction.net,
        exchange_rate=text(transaction, "exchange_rate"),
        available_on=moment(transaction.available_on),
        created_at=moment(transaction.created),
    )


def _fee(detail: stripe.BalanceTransaction.FeeDetail) -> dict[str, object]:
    return {
        "type": detail.type,
        "amount": detail.amount,
        "currency": detail.currency.upper(),
        "description": detail.description,
    }
