"""Charges: each attempt to take the money of a PaymentIntent."""

from dataclasses import dataclass
from datetime import datetime

import stripe

from portal.stripe_api.balance_transactions import (
    SeenBalanceTransaction,
    read_balance_transaction,
)
from portal.stripe_api.values import moment


@dataclass(frozen=True)
class SeenCharge:
    """A charge: `status` is Stripe's; `balance_transaction` comes some time after success."""

    stripe_id: str
    status: str
    amount: int
    failure_code: str | None
    created_at: datetime
    brand: str | None
    last4: str | None
    wallet: str | None
    balance_transaction: SeenBalanceTransaction | None


def read_charge(charge: stripe.Charge) -> SeenCharge:
    """Stripe's object as ours."""
    card = getattr(charge.payment_method_details, "card", None)
    wallet = getattr(card, "wallet", None)
    return SeenCharge(
        stripe_id=charge.id,
        status=charge.status,
        amount=charge.amount,
        failure_code=charge.failure_code,
        created_at=moment(charge.created),
        brand=getattr(card, "brand", None),
        last4=getattr(card, "last4", None),
        wallet=getattr(wallet, "type", None),
        balance_transaction=_transaction(charge),
    )


def _transaction(charge: stripe.Charge) -> SeenBalanceTransaction | None:
    transaction = charge.balance_transaction
    if isinstance(transaction, stripe.BalanceTransaction):
        return read_balance_transaction(transaction)
    return None
