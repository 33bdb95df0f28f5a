"""Money as integer minor units with an ISO 4217 currency: take a part, split, bounds. Pure."""

import re
from collections.abc import Sequence

# What the portal bills in.
CURRENCIES = ("EUR", "GBP", "JPY", "USD")
# What the clinic accounts for VAT in.
STERLING = "GBP"
# Stripe's smallest charge, in minor units
# (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
MINIMUM_CHARGE = {"EUR": 50, "GBP": 30, "JPY": 50, "USD": 50}
# Stripe's largest charge: eight digits of minor units.
MAXIMUM_CHARGE = 99_999_999
BASIS_POINTS = 10_000
_TYPED = re.compile(
    r"(?P<whole>[0-9]{1,8}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.(?P<part>[0-9]{1,3}))?", re.ASCII
)


def fraction_half_up(amount: int, rate_bp: int) -> int:
    """`rate_bp` basis points of `amount` minor units, halves away from zero (HMRC Notice 700 §17.5
    permits half up).
    """
    sign = -1 if amount < 0 else 1
    return sign * ((abs(amount) * rate_bp + BASIS_POINTS // 2) // BASIS_POINTS)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide `amount` in proportion to non-negative `weights` by largest remainder; the parts add
    up exactly.

    Ties go to the earlier weight. All weights zero: everything goes to the first. Raises ValueError
    without weights.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be present and not negative")
    total = sum(weights)
    if total == 0:
        return [amount] + [0] * (len(weights) - 1)
    sign = -1 if amount < 0 else 1
    shares = [divmod(abs(amount) * weight, total) for weight in weights]
    parts = [whole for whole, _ in shares]
    by_remainder = sorted(range(len(weights)), key=lambda index: -shares[index][1])
    for index in by_remainder[: abs(amount) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def is_chargeable(amount: int, currency: str) -> bool:
    """Whether Stripe takes a charge of `amount`: within its minimum and eight digits."""
    return MINIMUM_CHARGE[currency] <= amount <= MAXIMUM_CHARGE


def read_amount(text: str, digits: int) -> int:
    """An amount as people type it ("12", "12.5", "1,234.50") in minor units of a currency that
    has so many `digits` of them.

    Raises ValueError for anything else: a sign, an exponent, a comma for a point, more digits than
    the currency has, figures of other scripts.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None or len(found["part"] or "") > digits:
        raise ValueError("not an amount of this currency")
    part = (found["part"] or "").ljust(digits, "0")
    return int(found["whole"].replace(",", "") + part)
