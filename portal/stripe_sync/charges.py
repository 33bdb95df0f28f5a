"""A charge at Stripe as an attempt of ours."""

from portal.payments.attempts import AttemptFacts
from portal.stripe_api.charges import SeenCharge


def as_attempt(charge: SeenCharge) -> AttemptFacts:
    """What is kept of a charge."""
    card, outcome = charge.card, charge.outcome
    return AttemptFacts(
        stripe_id=charge.stripe_id,
        happened_at=charge.created_at,
        status=charge.status,
        amount=charge.amount,
        failure_code=charge.failure_code,
        brand=card.brand,
        last4=card.last4,
        wallet=card.wallet,
        country=card.country,
        outcome_type=outcome.type,
        risk_level=outcome.risk_level,
        risk_score=outcome.risk_score,
        address_line1_check=card.address_line1_check,
        address_postal_code_check=card.address_postal_code_check,
        cvc_check=card.cvc_check,
        three_d_secure=card.three_d_secure,
        advice_code=outcome.advice_code,
        network_advice_code=outcome.network_advice_code,
        network_decline_code=outcome.network_decline_code,
    )
