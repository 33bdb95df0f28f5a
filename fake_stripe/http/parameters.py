"""Judges every request by the SDK's own typed parameters, which Stripe generates from its API.

A TypedDict of `stripe.params` is walked once and kept as a small tree; values come out typed (int,
bool, list, dict).
"""

import importlib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

import stripe
from typing_extensions import is_typeddict

from fake_stripe.documents import Params, named
from fake_stripe.errors import ApiError
from fake_stripe.rules.texts import LIMITS, LONGEST, check_length


@dataclass(frozen=True)
class Rule:
    """What one parameter may be.

    `fields` are the known keys of a hash; `item` is the rule for each entry of a list or of an open
    hash.
    """

    kind: str
    fields: dict[str, "Rule"] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    item: "Rule | None" = None
    choices: tuple[str, ...] = ()
    clearable: bool = False
    hash_rule: "Rule | None" = None
    longest: int = LONGEST


ANYTHING = Rule("anything")
LARGEST = 2**63 - 1


@cache
def rules_of(name: str) -> Rule:
    """The rule for a class of `stripe.params`, such as "PaymentIntentCreateParams"."""
    module_name, _, class_name = f"stripe.params.{name}".rpartition(".")
    return _typed_dict(getattr(importlib.import_module(module_name), class_name))


@cache
def _typed_dict(shape: type) -> Rule:
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
        return _typed_dict(hint)
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


def judge(given: Params, rule: Rule) -> Params:
    """Give `given` (nested strings) the types of `rule`.

    Raises ApiError 400 as Stripe does: unknown, missing, empty, or of the wrong type, with `param`.
    """
    return _hash(given, rule, "")


def _hash(given: Params, rule: Rule, path: str) -> Params:
    unknown = [named(path, key) for key in given if key not in rule.fields]
    if unknown:
        raise _unknown(unknown)
    for key in sorted(rule.required):
        if key not in given:
            name = named(path, key)
            raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
        if given[key] == "" and not rule.fields[key].clearable:
            raise _empty(named(path, key))
    return {key: _value(value, rule.fields[key], named(path, key)) for key, value in given.items()}


def _unknown(names: list[str]) -> ApiError:
    if names[0] == "payment_method_types":
        return ApiError(
            "The `payment_method_types` parameter is no longer supported. Use "
            "`allowed_payment_method_types` or `automatic_payment_methods` instead.",
            code="payment_method_types_no_longer_supported",
            param=names[0],
        )
    plural = "s" if len(names) > 1 else ""
    return ApiError(
        f"Received unknown parameter{plural}: {', '.join(names)}",
        code="parameter_unknown",
        param=names[0],
    )


def _empty(name: str) -> ApiError:
    return ApiError(
        f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset "
        f"a parameter; however '{name}' cannot be unset. You should remove '{name}' from your "
        "request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=name,
    )


def _value(value: Any, rule: Rule, path: str) -> Any:
    if rule.kind == "anything":
        return value
    if value == "" and (rule.clearable or rule.kind == "string"):
        return ""
    if isinstance(value, dict):
        return _nested(value, rule, path)
    return _scalar(value, rule, path)


def _nested(value: Params, rule: Rule, path: str) -> Any:
    if rule.kind == "list" or (
        rule.kind == "either" and rule.item is not None and rule.item.kind == "list"
    ):
        item = rule.item if rule.kind == "list" else rule.item and rule.item.item
        if not all(key.isascii() and key.isdigit() for key in value):
            raise ApiError("Invalid array", param=path)
        return [
            _value(value[key], item or ANYTHING, f"{path}[{key}]") for key in sorted(value, key=int)
        ]
    target = rule.hash_rule or rule
    if target.kind == "hash":
        return _hash(value, target, path)
    if target.kind == "map" and target.item is not None:
        return {key: _value(entry, target.item, f"{path}[{key}]") for key, entry in value.items()}
    raise ApiError(f"Invalid {_words(rule)}: {{...}}", param=path)


def _words(rule: Rule) -> str:
    return {"choice": "string", "either": "value", "number": "decimal"}.get(rule.kind, rule.kind)


def _scalar(text: str, rule: Rule, path: str) -> Any:
    if rule.kind == "string":
        check_length(text, rule.longest, path)
        return text
    if text == "":
        raise _empty(path)
    if rule.kind == "integer":
        return _integer(text, path)
    if rule.kind == "boolean":
        return _boolean(text, path)
    if rule.kind == "number":
        return text
    if rule.kind == "choice":
        return _choice(text, rule, path)
    if rule.kind == "either":
        return _either(text, rule, path)
    kind = "array" if rule.kind == "list" else "object"
    raise ApiError(f"Invalid {kind}", param=path)


def _boolean(text: str, path: str) -> bool:
    """Python's own spelling counts too, as at Stripe: some clients send `str(True)`."""
    if text not in ("true", "false", "True", "False"):
        raise ApiError(f"Invalid boolean: {text}", param=path)
    return text.lower() == "true"


def _integer(text: str, path: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19 and int(digits) <= LARGEST):
        raise ApiError(f"Invalid integer: {text}", code="parameter_invalid_integer", param=path)
    return int(text)


def _choice(text: str, rule: Rule, path: str) -> str:
    if text in rule.choices:
        return text
    choices = list(rule.choices)
    listed = " or ".join(choices)
    if len(choices) > 2:
        listed = f"{', '.join(choices[:-1])}, or {choices[-1]}"
    raise ApiError(f"Invalid {path}: must be one of {listed}", param=path)


def _either(text: str, rule: Rule, path: str) -> Any:
    """A value that may be of several plain types, such as `off_session` (a boolean or a word)."""
    if text in rule.choices:
        return text
    if rule.item is not None and rule.item.kind != "choice":
        return _scalar(text, rule.item, path)
    return _choice(text, rule, path)
