"""Refunds: money sent back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import stripe
from stripe.params import RefundCreateParams, RefundListParams

from portal.stripe_api.balance_transactions import (
    SeenBalanceTransaction,
    read_balance_transaction,
)
from portal.stripe_api.errors import our_errors
from portal.stripe_api.values import moment, text

_EXPAND = ["balance_transaction", "failure_balance_transaction"]
Reason = Literal["duplicate", "fraudulent", "requested_by_customer"]


@dataclass(frozen=True)
class SeenRefund:
    """A refund as fetched; `status`, reasons and `destination` (refund, reversal or pending) are
    Stripe's words. Amount in minor units; `currency` upper case.

    `refund_ref` is our reference, None for one made in Stripe's dashboard; `bank_reference` is what
    the payer's bank can trace it by. `balance_transactions` are that of the refund and, where it
    failed, that of the money that came back.
    """

    stripe_id: str
    intent_id: str | None
    refund_ref: str | None
    status: str | None
    amount: int
    currency: str
    failure_reason: str | None
    pending_reason: str | None
    destination: str | None
    bank_reference: str | None
    created_at: datetime
    balance_transactions: tuple[SeenBalanceTransaction, ...]


class Refunds:
    """The refunds of one account."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1.refunds

    def create(
        self,
        intent_id: str,
        amount: int,
        refund_ref: str,
        idempotency_key: str,
        reason: Reason | None = None,
    ) -> SeenRefund:
        """Send back `amount` minor units of a PaymentIntent; a repeat gives the same refund.

        Raises StripeUnavailable, StripeRefused.
        """
        wanted: RefundCreateParams = {
            "payment_intent": intent_id,
            "amount": amount,
            "metadata": {"refund": refund_ref},
            "expand": _EXPAND,
        }
        if reason is not None:
            wanted["reason"] = reason
        with our_errors():
            refund = self._api.create(wanted, {"idempotency_key": idempotency_key})
        return _read(refund)

    def find(self, intent_id: str, refund_ref: str) -> SeenRefund | None:
        """The refund that carries our reference, for an answer lost too long ago to repeat.

        Raises StripeUnavailable, StripeRefused.
        """
        found = (seen for seen in self.of_intent(intent_id) if seen.refund_ref == refund_ref)
        return next(found, None)

    def of_intent(self, intent_id: str) -> tuple[SeenRefund, ...]:
        """Every refund of a PaymentIntent, the newest first.

        Raises StripeUnavailable, StripeRefused.
        """
        return self._list({"payment_intent": intent_id})

    def since(self, moment: datetime) -> tuple[SeenRefund, ...]:
        """Every refund of the account made since then, the newest first.

        Raises StripeUnavailable, StripeRefused.
        """
        return self._list({"created": {"gte": int(moment.timestamp())}})

    def fetch(self, stripe_id: str) -> SeenRefund:
        """The refund as it is now. Raises StripeUnavailable, StripeRefused."""
        with our_errors():
            return _read(self._api.retrieve(stripe_id, {"expand": _EXPAND}))

    def _list(self, wanted: RefundListParams) -> tuple[SeenRefund, ...]:
        expand = [f"data.{name}" for name in _EXPAND]
        with our_errors():
            page = self._api.list({**wanted, "limit": 100, "expand": expand})
            return tuple(_read(refund) for refund in page.auto_paging_iter())


def _read(refund: stripe.Refund) -> SeenRefund:
    transactions = (
        refund.balance_transaction,
        getattr(refund, "failure_balance_transaction", None),
    )
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    destination, reference = _destination(refund)
    return SeenRefund(
        stripe_id=refund.id,
        intent_id=_id(refund.payment_intent),
        refund_ref=metadata.get("refund"),
        status=refund.status,
        amount=refund.amount,
        currency=refund.currency.upper(),
        failure_reason=text(refund, "failure_reason"),
        pending_reason=text(refund, "pending_reason"),
        destination=destination,
        bank_reference=reference,
        created_at=moment(refund.created),
        balance_transactions=tuple(
            read_balance_transaction(transaction)
            for transaction in transactions
            if isinstance(transaction, stripe.BalanceTransaction)
        ),
    )


def _destination(refund: stripe.Refund) -> tuple[str | None, str | None]:
    """How the money travels to the card, and the reference of it where the bank has one."""
    card = getattr(getattr(refund, "destination_details", None), "card", None)
    if card is None:
        return None, None
    return text(card, "type"), text(card, "reference")


def _id(intent: str | stripe.PaymentIntent | None) -> str | None:
    return intent.id if isinstance(intent, stripe.PaymentIntent) else intent
