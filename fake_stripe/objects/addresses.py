"""Addresses inside other objects; what was not given is null."""

from fake_stripe.documents import Document

_FIELDS = ("city", "country", "line1", "line2", "postal_code", "state")


def address(given: Document) -> Document:
    """A postal address with every key, null where nothing is given."""
    return {field: given.get(field) or None for field in _FIELDS}


def address_or_none(given: Document | str) -> Document | None:
    """As `address`; None for the "" that unsets one."""
    return address(given) if isinstance(given, dict) else None


def shipping(given: Document | str) -> Document | None:
    """`shipping` of a payment, with how it is sent; None for the "" that unsets it."""
    if not isinstance(given, dict):
        return None
    return {
        "address": address(given.get("address") or {}),
        "carrier": given.get("carrier") or None,
        "name": given.get("name"),
        "phone": given.get("phone") or None,
        "tracking_number": given.get("tracking_number") or None,
    }
