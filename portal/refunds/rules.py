"""Refund states, as Stripe's refund status says them. Pure."""

from datetime import timedelta
from enum import StrEnum


class RefundState(StrEnum):
    """Where a refund stands, in Stripe's words, and before Stripe has answered."""

    # Reserved here, and Stripe has not answered yet.
    DRAFT = "draft"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


# https://docs.stripe.com/api/refunds/object#refund_object-status
CLOSED = frozenset({RefundState.FAILED, RefundState.CANCELED})
# A bank can send money back for as long as this; then a success is no longer asked about.
WATCHED_FOR = timedelta(days=30)


def next_poll(state: RefundState, age: timedelta) -> timedelta | None:
    """How soon Stripe is asked again about a refund reserved `age` ago; None: never.

    A success is watched too, because succeeded can still become failed.
    """
    if state in CLOSED or (state is RefundState.SUCCEEDED and age >= WATCHED_FOR):
        return None
    if state is not RefundState.SUCCEEDED and age < timedelta(hours=1):
        return timedelta(minutes=1)
    return timedelta(days=1)
