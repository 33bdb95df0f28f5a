"""How Stripe writes moments, read the same way for every object."""

from datetime import UTC, datetime


def moment(seconds: int) -> datetime:
    """Unix seconds → an aware UTC moment."""
    return datetime.fromtimestamp(seconds, UTC)
