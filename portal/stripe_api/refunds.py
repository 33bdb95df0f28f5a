"""Refunds: money sent back."""

from dataclasses import dataclass
from datetime import datetime

import stripe

from portal.stripe_api.balance_transactions import (
    SeenBalanceTransaction,
    read_balance_transaction,
)
from portal.stripe_api.errors import our_errors
from portal.stripe_api.values import moment

_EXPAND = ["balance_transaction"]


@dataclass(frozen=True)
class SeenRefund:
    """A refund as fetched; `status` is Stripe's. Amount in minor units; `currency` upper case."""

    stripe_id: str
    status: str | None
    amount: int
    currency: str
    failure_reason: str | None
    created_at: datetime
    balance_transaction: SeenBalanceTransaction | None


class Refunds:
    """The refunds of one account."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1.refunds

    def create(
        self, intent_id: str, amount: int, refund_ref: str, idempotency_key: str
    ) -> SeenRefund:
        """Send back `amount` minor units of a PaymentIntent; a repeat gives the same refund.

        Raises StripeUnavailable, StripeRefused.
        """
        with our_errors():
            refund = self._api.create(
                {
                    "payment_intent": intent_id,
                    "amount": amount,
                    "metadata": {"refund": refund_ref},
                    "expand": _EXPAND,
                },
                {"idempotency_key": idempotency_key},
            )
        return _read(refund)

    def find(self, intent_id: str, refund_ref: str) -> SeenRefund | None:
        """The refund that carries our reference, for an answer lost too long ago to repeat.

        Raises StripeUnavailable, StripeRefused.
        """
        with our_errors():
            page = self._api.list({"payment_intent": intent_id, "limit": 100})
            for refund in page.auto_paging_iter():
                if refund.metadata and refund.metadata.to_dict().get("refund") == refund_ref:
                    return _read(refund)
        return None

    def fetch(self, stripe_id: str) -> SeenRefund:
        """The refund as it is now. Raises StripeUnavailable, StripeRefused."""
        with our_errors():
            return _read(self._api.retrieve(stripe_id, {"expand": _EXPAND}))


def _read(refund: stripe.Refund) -> SeenRefund:
    transaction = refund.balance_transaction
    seen = None
    if isinstance(transaction, stripe.BalanceTransaction):
        seen = read_balance_transaction(transaction)
    return SeenRefund(
        stripe_id=refund.id,
        status=refund.status,
        amount=refund.amount,
        currency=refund.currency.upper(),
        failure_reason=getattr(refund, "failure_reason", None),
        created_at=moment(refund.created),
        balance_transaction=seen,
    )
