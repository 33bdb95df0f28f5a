"""The rules of each operation, read from the data that `fake_stripe.build` made of the SDK."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

from fake_stripe import data
from fake_stripe.http.parameters import Rule
from fake_stripe.rules.texts import LONGEST


@cache
def rules_of(shape: str) -> Rule:
    """The rule for a class of `stripe.params`, such as "PaymentIntentCreateParams"."""
    return _hash(_book()["shapes"][shape])


@cache
def _book() -> dict[str, Any]:
    book: dict[str, Any] = json.loads(data.read("parameters.json"))
    return book


@cache
def _hash(name: str) -> Rule:
    content = _book()["hashes"][name]
    fields = {field: _rule(written) for field, written in content["fields"].items()}
    return Rule("hash", fields=fields, required=frozenset(content["required"]))


def _rule(written: Any) -> Rule:
    """A rule, written as a word where its kind says it all."""
    if isinstance(written, str):
        return Rule(written)
    if "hash" in written:
        return replace(_hash(written["hash"]), clearable=written.get("clearable", False))
    return Rule(
        written["kind"],
        item=_optional(written.get("item")),
        choices=tuple(written.get("choices", ())),
        clearable=written.get("clearable", False),
        hash_rule=_optional(written.get("hash_rule")),
        longest=written.get("longest", LONGEST),
    )


def _optional(written: Any) -> Rule | None:
    return None if written is None else _rule(written)
