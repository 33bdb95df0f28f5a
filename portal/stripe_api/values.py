"""How Stripe writes moments and texts, read the same way for every object."""

from datetime import UTC, datetime


def moment(seconds: int) -> datetime:
    """Unix seconds → an aware UTC moment."""
    return datetime.fromtimestamp(seconds, UTC)


def text(thing: object, name: str) -> str | None:
    """The text under `name`, None where there is none: Stripe leaves keys out, and sends nulls."""
    value = getattr(thing, name, None)
    return None if value is None else str(value)
