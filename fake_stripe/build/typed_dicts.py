"""The SDK's typed parameters, which Stripe generates from its API, as rules."""

import typing
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

import stripe
from typing_extensions import is_typeddict

from fake_stripe.build.limits import LIMITS
from fake_stripe.http.parameters import ANYTHING, Rule


@cache
def typed_dict(shape: type) -> Rule:
    """The rule of a TypedDict."""
    # The transport's own options (api_key, …) are no parameters, and name types not imported there.
    transport_names = {"StripeContext": object, "Mapping": Mapping}
    hints = typing.get_type_hints(shape, localns=transport_names, include_extras=True)
    transport = set(stripe.RequestOptions.__annotations__)
    fields = {name: _rule(hint) for name, hint in hints.items() if name not in transport}
    for name, longest in LIMITS.get(shape.__name__, {}).items():
        if name in fields:
            fields[name] = replace(fields[name], longest=longest)
    return Rule("hash", fields=fields, required=frozenset(shape.__required_keys__ - transport))  # type: ignore[attr-defined]


def _rule(hint: Any) -> Rule:  # noqa: PLR0911 - one return for each shape
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (NotRequired, Required):
        return _rule(arguments[0])
    if origin in (Union, UnionType):
        return _union(arguments)
    if origin is Literal:
        return _literal(arguments)
    if origin is list:
        return Rule("list", item=_rule(arguments[0]))
    if origin is dict:
        return Rule("map", item=_rule(arguments[1]))
    if is_typeddict(hint):
        return typed_dict(hint)
    scalars = {int: "integer", bool: "boolean", str: "string", float: "number", Decimal: "number"}
    return Rule(scalars[hint]) if hint in scalars else ANYTHING


def _literal(values: tuple[str, ...]) -> Rule:
    choices = tuple(value for value in values if value != "")
    kind = "choice" if choices else "empty"
    return Rule(kind, choices=choices, clearable="" in values)


def _union(members: tuple[Any, ...]) -> Rule:
    rules = [
        _rule(member)
        for member in members
        if member is not NoneType and "UntypedStripeObject" not in str(member)
    ]
    clearable = any(rule.kind == "empty" or rule.clearable for rule in rules)
    rules = [rule for rule in rules if rule.kind != "empty"]
    # The SDK opens its enums for values of later versions ("Literal[…] | str"); the API does not.
    if any(rule.kind == "choice" for rule in rules):
        rules = [rule for rule in rules if rule.kind != "string"]
    hashes = [rule for rule in rules if rule.kind in ("hash", "map")]
    plain = [rule for rule in rules if rule.kind not in ("hash", "map")]
    first_hash = next(iter(hashes), None)
    if not plain:
        return replace(first_hash or Rule("string"), clearable=clearable)
    first = plain[0]
    if len(plain) > 1:
        first = Rule("either", choices=_choices(plain), item=first)
    return replace(first, clearable=clearable, hash_rule=first_hash)


def _choices(rules: list[Rule]) -> tuple[str, ...]:
    return tuple(choice for rule in rules for choice in rule.choices)
