"""The shape in which Stripe's objects are held and sent."""

from typing import Any

# A Stripe object as JSON. Its keys and types are Stripe's, not ours: the tests hold every kind against Stripe's own
# OpenAPI document and the SDK's annotations. Top-level keys that start with "_" are ours and never leave the program;
# an object that is put inside another is made public first.
Document = dict[str, Any]

# Request parameters after the judge has given them their types.
Params = dict[str, Any]


def public(document: Document, now: int | None = None) -> Document:
    """The document as the API shows it, without our own keys.

    With `now` (Unix seconds) a balance transaction has the status that it has come to by then.
    """
    shown = {key: value for key, value in document.items() if key[0] != "_"}
    if shown.get("object") == "list":
        shown["data"] = [public(entry, now) for entry in shown["data"]]
    elif now is not None and shown.get("object") == "balance_transaction":
        shown["status"] = "available" if shown["available_on"] <= now else "pending"
    return shown
