"""Addresses inside other objects; what was not given is null."""

from fake_stripe.documents import Document

_FIELDS = ("city", "country", "line1", "line2", "postal_code", "state")


def address(given: Document) -> Document:
    return {field: given.get(field) or None for field in _FIELDS}


def shipping(given: Document) -> Document:
    """`shipping` of a payment, with how it is sent."""
    return {
        "address": address(given.get("address") or {}),
        "carrier": given.get("carrier") or None,
        "name": given.get("name"),
        "phone": given.get("phone") or None,
        "tracking_number": given.get("tracking_number") or None,
    }
