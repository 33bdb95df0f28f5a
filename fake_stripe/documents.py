"""The shape in which Stripe's objects are held and sent."""

from typing import Any

# A Stripe object as JSON. Its keys and types are Stripe's, not ours: the tests hold every kind against Stripe's own
# OpenAPI document and the SDK's annotations. Keys that start with "_" are ours and never leave the program.
Document = dict[str, Any]

# Request parameters after the judge has given them their types.
Params = dict[str, Any]


def public(document: Document) -> Document:
    """The document as the API shows it: without our own keys, at any depth."""
    return {key: _public(value) for key, value in document.items() if not key.startswith("_")}


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return public(value)
    if isinstance(value, list):
        return [_public(entry) for entry in value]
    return value
