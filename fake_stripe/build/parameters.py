"""The parameters of every operation that is here, from the SDK's typed parameters."""

import importlib
import json
from typing import Any

import stripe

from fake_stripe.build.typed_dicts import typed_dict
from fake_stripe.core import OfflineStripe
from fake_stripe.http.parameters import Rule
from fake_stripe.rules.texts import LONGEST


def text() -> str:
    """JSON: `shapes` name the hash of each operation, `hashes` have the parameters."""
    shapes = sorted({route.shape for route in OfflineStripe.router.routes if route.shape})
    hashes = _Hashes()
    made = {shape: hashes.name(shape.rpartition(".")[2], _rule(shape)) for shape in shapes}
    document = {"hashes": hashes.contents, "sdk": stripe.VERSION, "shapes": made}
    return json.dumps(document, indent=0, sort_keys=True) + "\n"


def _rule(shape: str) -> Rule:
    """The rule for a class of `stripe.params`, such as "PaymentIntentCreateParams"."""
    module, _, name = f"stripe.params.{shape}".rpartition(".")
    return typed_dict(getattr(importlib.import_module(module), name))


class _Hashes:
    """Each hash once, by the path of its first appearance; many operations share the same."""

    def __init__(self) -> None:
        self.contents: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def name(self, path: str, rule: Rule) -> str:
        fields = {
            name: self._written(f"{path}.{name}", field) for name, field in rule.fields.items()
        }
        content = {"fields": fields, "required": sorted(rule.required)}
        key = json.dumps(content, sort_keys=True)
        if key not in self._names:
            self._names[key] = path
            self.contents[path] = content
        return self._names[key]

    def _written(self, path: str, rule: Rule) -> Any:
        """The rule as `shapes.py` reads it: a word where its kind says it all."""
        parts: dict[str, Any] = {
            "choices": list(rule.choices),
            "clearable": rule.clearable,
            "hash": self.name(path, rule) if rule.kind == "hash" else "",
            "hash_rule": rule.hash_rule and self._written(path, rule.hash_rule),
            "item": rule.item and self._written(path, rule.item),
            "longest": rule.longest if rule.longest != LONGEST else 0,
        }
        said = {name: part for name, part in parts.items() if part}
        return {"kind": rule.kind, **said} if said else rule.kind
