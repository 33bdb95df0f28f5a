"""The shape in which Stripe's objects are held and sent."""

from dataclasses import dataclass
from typing import Any

# A Stripe object as JSON. Its keys and types are Stripe's, not ours: the tests hold every kind
# against Stripe's own OpenAPI document and the SDK's annotations. Top-level keys that start with
# "_" are ours and never leave the program; what is put inside another object is made public first.
Document = dict[str, Any]

# Request parameters after the judge has given them their types.
Params = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file in a request, under the name that the client gave it."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Download:
    """An answer that is a file; `media_type` such as "application/pdf"."""

    media_type: str
    content: bytes


def named(path: str, key: str) -> str:
    """A parameter's whole name: `a[b]`, or `b` where `path` is ""."""
    return f"{path}[{key}]" if path else key


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


def previous_attributes(before: Document, after: Document) -> Document:
    """What was otherwise in `before`.

    Of a hash only the keys that changed; null for those that are new.
    """
    names = [
        name
        for name in (*before, *(set(after) - set(before)))
        if before.get(name) != after.get(name)
    ]
    return {name: _previous(before.get(name), after.get(name)) for name in names}


def _previous(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return previous_attributes(old, new)
    return old
