"""Refund states, as Stripe's refund status says them, and how much can be refunded. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Literal


class RefundState(StrEnum):
    """Where a refund stands, in Stripe's words, and before Stripe has answered."""

    # Reserved here; a second administrator has to agree before Stripe hears of it.
    AWAITING_APPROVAL = "awaiting_approval"
    # Reserved here, and Stripe has not answered yet.
    DRAFT = "draft"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class RefundReason(StrEnum):
    """Why money goes back, as the office says it."""

    REQUESTED = "requested_by_patient"
    DUPLICATE = "duplicate"
    NOT_GIVEN = "service_not_given"
    MISTAKE = "mistake"
    FRAUDULENT = "fraudulent"


# Stripe knows three reasons, and blocks the card and the email of a "fraudulent" one:
# https://docs.stripe.com/api/refunds/create#create_refund-reason
STRIPE_REASONS: dict[RefundReason, Literal["duplicate", "fraudulent", "requested_by_customer"]] = {
    RefundReason.REQUESTED: "requested_by_customer",
    RefundReason.DUPLICATE: "duplicate",
    RefundReason.NOT_GIVEN: "requested_by_customer",
    RefundReason.MISTAKE: "requested_by_customer",
    RefundReason.FRAUDULENT: "fraudulent",
}

# https://docs.stripe.com/api/refunds/object#refund_object-status
CLOSED = frozenset({RefundState.FAILED, RefundState.CANCELED})
# Stripe knows of it, and the bank has not answered yet.
ON_ITS_WAY = frozenset({RefundState.DRAFT, RefundState.PENDING, RefundState.REQUIRES_ACTION})
# A bank can send money back for as long as this; then a success is no longer asked about.
WATCHED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Sums:
    """What has become of a payment's money, in minor units of the currency it was paid in.

    `reserved` is on its way. `credited` is what refunds that ever succeeded came to: more than
    `refunded` where a bank has sent money back. `awaiting` is what a second administrator has to
    agree to, and the payer is not told of.
    """

    received: int
    reserved: int = 0
    refunded: int = 0
    credited: int = 0
    awaiting: int = 0

    @property
    def available(self) -> int:
        """How much can still be refunded."""
        return max(0, self.received - self.reserved - self.refunded - self.awaiting)

    @property
    def owed(self) -> int:
        """What the payer was promised, and a bank has sent back."""
        return max(0, self.credited - self.refunded)


class MoneyBack(StrEnum):
    """How a payment stands for its payer, of the money that came back."""

    NONE = "none"
    ON_ITS_WAY = "on_its_way"
    PART = "part"
    FULL = "full"
    # Promised, and the bank has sent it back: the office pays it in another way.
    OWED = "owed"


def money_back(sums: Sums) -> MoneyBack:
    """What is said of a paid payment first: what is owed, then what is under way, then what is
    done.
    """
    if sums.owed and not sums.reserved:
        return MoneyBack.OWED
    if sums.reserved:
        return MoneyBack.ON_ITS_WAY
    if not sums.refunded:
        return MoneyBack.NONE
    return MoneyBack.FULL if sums.refunded >= sums.received else MoneyBack.PART


def next_poll(state: RefundState, age: timedelta) -> timedelta | None:
    """How soon Stripe is asked again about a refund reserved `age` ago; None: never.

    A success is watched too, because succeeded can still become failed.
    """
    if state in CLOSED or (state is RefundState.SUCCEEDED and age >= WATCHED_FOR):
        return None
    if state is not RefundState.SUCCEEDED and age < timedelta(hours=1):
        return timedelta(minutes=1)
    return timedelta(days=1)


@dataclass(frozen=True)
class Portion:
    """One rate's part of an amount, in minor units."""

    net: int
    tax: int


def credit(
    rates: Iterable[tuple[int, int]], total: int, credited: int, amount: int
) -> list[Portion]:
    """How `amount` is taken off an invoice of which `credited` has been taken off already.

    `rates` are the invoice's net and tax at each rate, `total` their sum. Both credit notes
    together are what one of `credited + amount` would be, and all of them together the invoice:
    nothing drifts, and no part is ever credited twice. Raises ValueError for more than is left.
    """
    if not 0 < amount <= total - credited:
        raise ValueError(f"{amount} of {total - credited} cannot be credited")
    parts = [part for rate in rates for part in rate]
    before, after = apportion(parts, credited), apportion(parts, credited + amount)
    taken = [late - early for early, late in zip(before, after, strict=True)]
    return [Portion(*pair) for pair in zip(taken[::2], taken[1::2], strict=True)]


def apportion(weights: list[int], amount: int) -> list[int]:
    """Whole parts of `amount` in proportion to `weights`, none of which shrinks as it grows.

    By the method of Webster (Sainte-Laguë), one unit after the other to the part that is due one
    most. Largest remainders would be as close, but take units back as the amount grows, and a
    credit note cannot be negative. The parts of an amount that is all the weights are the weights.
    """
    total = sum(weights)
    if not amount:
        return [0] * len(weights)
    # No part is further below its share than that; the few units left are given one by one.
    slack = len(weights)
    parts = [max(0, amount * weight // total - slack) for weight in weights]
    for _ in range(amount - sum(parts)):
        claims = [
            Fraction(weight, 2 * part + 1) for weight, part in zip(weights, parts, strict=True)
        ]
        parts[claims.index(max(claims))] += 1
    return parts
