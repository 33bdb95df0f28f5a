"""What becomes of a stored event. Pure."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a stored event."""

    APPLIED = "applied"
    # Of another portal, or of nobody we know.
    FOREIGN = "foreign"
    # Of a kind that nothing here follows yet: it stands on the administrator's list.
    UNHANDLED = "unhandled"
    # Ours by its metadata, but our rows do not have it: it stands on the administrator's list.
    UNKNOWN = "unknown"


# What fetching and applying the PaymentIntent fully answers.
_OF_CHARGES = frozenset({"charge.succeeded", "charge.failed", "charge.pending", "charge.updated"})
# What listing and applying the payment's refunds answers.
_OF_REFUNDS = frozenset({"charge.refunded", "charge.refund.updated"})
# Objects of the Stripe account as a whole, and so ours whoever else uses it.
_OF_ACCOUNT = frozenset({"payout"})


def is_followed(event_type: str) -> bool:
    """Whether events of this type are acted on in full."""
    return (
        event_type.startswith("payment_intent.")
        or event_type in _OF_CHARGES
        or is_of_refunds(event_type)
    )


def is_of_refunds(event_type: str) -> bool:
    """Whether an event of this type says that a refund of its payment has changed."""
    return event_type.startswith("refund.") or event_type in _OF_REFUNDS


def is_of_account(object_type: str | None) -> bool:
    """Whether such an object belongs to the whole account and to no payment."""
    return object_type in _OF_ACCOUNT
