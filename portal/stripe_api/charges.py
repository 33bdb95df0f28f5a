"""Charges: each attempt to take the money of a PaymentIntent."""

from dataclasses import dataclass
from datetime import datetime

import stripe

from portal.stripe_api.balance_transactions import (
    SeenBalanceTransaction,
    read_balance_transaction,
)
from portal.stripe_api.errors import our_errors
from portal.stripe_api.values import moment, text


@dataclass(frozen=True)
class SeenCard:
    """The card of a charge as Stripe describes it; `country` is where it was issued."""

    brand: str | None = None
    last4: str | None = None
    wallet: str | None = None
    country: str | None = None
    address_line1_check: str | None = None
    address_postal_code_check: str | None = None
    cvc_check: str | None = None
    three_d_secure: str | None = None


@dataclass(frozen=True)
class SeenOutcome:
    """What Stripe and the bank made of a charge, in Stripe's words; `risk_score` 0 to 100."""

    type: str | None = None
    risk_level: str | None = None
    risk_score: int | None = None
    advice_code: str | None = None
    network_advice_code: str | None = None
    network_decline_code: str | None = None


@dataclass(frozen=True)
class SeenCharge:
    """A charge: `status` is Stripe's; `balance_transaction` comes some time after success."""

    stripe_id: str
    status: str
    amount: int
    failure_code: str | None
    created_at: datetime
    card: SeenCard
    outcome: SeenOutcome
    balance_transaction: SeenBalanceTransaction | None


class Charges:
    """The charges of one account."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1.charges

    def of_intent(self, intent_id: str) -> tuple[SeenCharge, ...]:
        """Every charge under a PaymentIntent, the declined too, the newest first.

        Raises StripeUnavailable, StripeRefused.
        """
        with our_errors():
            page = self._api.list(
                {
                    "payment_intent": intent_id,
                    "limit": 100,
                    "expand": ["data.balance_transaction"],
                }
            )
            return tuple(read_charge(charge) for charge in page.auto_paging_iter())


def read_charge(charge: stripe.Charge) -> SeenCharge:
    """Stripe's object as ours."""
    return SeenCharge(
        stripe_id=charge.id,
        status=charge.status,
        amount=charge.amount,
        failure_code=charge.failure_code,
        created_at=moment(charge.created),
        card=_card(charge),
        outcome=_outcome(charge),
        balance_transaction=_transaction(charge),
    )


def _card(charge: stripe.Charge) -> SeenCard:
    card = getattr(charge.payment_method_details, "card", None)
    checks = getattr(card, "checks", None)
    return SeenCard(
        brand=text(card, "brand"),
        last4=text(card, "last4"),
        wallet=text(getattr(card, "wallet", None), "type"),
        country=text(card, "country"),
        address_line1_check=text(checks, "address_line1_check"),
        address_postal_code_check=text(checks, "address_postal_code_check"),
        cvc_check=text(checks, "cvc_check"),
        three_d_secure=text(getattr(card, "three_d_secure", None), "result"),
    )


def _outcome(charge: stripe.Charge) -> SeenOutcome:
    outcome = charge.outcome
    score = getattr(outcome, "risk_score", None)
    risk_score = None if score is None else int(score)
    return SeenOutcome(
        type=text(outcome, "type"),
        risk_level=text(outcome, "risk_level"),
        risk_score=risk_score,
        advice_code=text(outcome, "advice_code"),
        network_advice_code=text(outcome, "network_advice_code"),
        network_decline_code=text(outcome, "network_decline_code"),
    )


def _transaction(charge: stripe.Charge) -> SeenBalanceTransaction | None:
    transaction = charge.balance_transaction
    if isinstance(transaction, stripe.BalanceTransaction):
        return read_balance_transaction(transaction)
    return None
