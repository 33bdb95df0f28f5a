"""Judges a request by what Stripe's API takes: `shapes` has the rules.

Values come out typed (int, bool, list, dict).
"""

from dataclasses import dataclass, field
from typing import Any

from fake_stripe.documents import Params, named
from fake_stripe.errors import ApiError
from fake_stripe.rules.texts import LONGEST, check_length


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
