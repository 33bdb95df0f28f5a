"""The shape in which Stripe's objects are held and sent."""

from typing import Any

# A Stripe object as JSON. Its keys and types are Stripe's, not ours: the tests hold every kind against Stripe's own
# OpenAPI document and the SDK's annotations. Keys that start with "_" are ours and never leave the program.
Document = dict[str, Any]

# Request parameters after the judge has given them their types.
Params = dict[str, Any]


def public(document: Document, now: int | None = None) -> Document:
    """The document as the API shows it: without our own keys, at any depth.

    With `now` (Unix seconds) balance transactions have the status that they have come to by then.
    """
    shown = {key: _public(value, now) for key, value in document.items() if not key.startswith("_")}
    if now is not None and shown.get("object") == "balance_transaction":
        shown["status"] = "available" if shown["available_on"] <= now else "pending"
    return shown


def _public(value: Any, now: int | None) -> Any:
    if isinstance(value, dict):
        return public(value, now)
    if isinstance(value, list):
        return [_public(entry, now) for entry in value]
    return value
