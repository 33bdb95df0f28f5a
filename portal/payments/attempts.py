"""Keeping every attempt to pay, the declined too."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.infrastructure import clock
from portal.payments.models import Attempt, Payment


@dataclass(frozen=True)
class AttemptFacts:
    """What Stripe says of one charge; the columns of Attempt say what each part means."""

    stripe_id: str
    happened_at: datetime
    status: str
    amount: int
    failure_code: str | None
    brand: str | None
    last4: str | None
    wallet: str | None
    country: str | None
    outcome_type: str | None
    risk_level: str | None
    risk_score: int | None
    address_line1_check: str | None
    address_postal_code_check: str | None
    cvc_check: str | None
    three_d_secure: str | None
    advice_code: str | None
    network_advice_code: str | None
    network_decline_code: str | None


def record_attempt(session: Session, payment: Payment, facts: AttemptFacts) -> None:
    """Keep an attempt of `payment` as it is now; the payment's card becomes that of the attempt.

    Attempts of one payment are recorded in the order in which they happened.
    """
    attempt = session.scalar(select(Attempt).where(Attempt.stripe_id == facts.stripe_id))
    if attempt is None:
        attempt = Attempt(payment_id=payment.id, learnt_at=clock.now())
        session.add(attempt)
    for name, value in asdict(facts).items():
        setattr(attempt, name, value)
    payment.brand, payment.last4, payment.wallet = facts.brand, facts.last4, facts.wallet


def latest_attempt(session: Session, payment_id: int) -> str | None:
    """The Stripe id of a payment's newest attempt."""
    return session.scalar(
        select(Attempt.stripe_id)
        .where(Attempt.payment_id == payment_id)
        .order_by(Attempt.happened_at.desc(), Attempt.id.desc())
        .limit(1)
    )
