"""Judges what a client and the offline Stripe say to each other, by Stripe's description."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from fake_stripe.core import OfflineStripe, Request, Response
from fake_stripe.documents import Params, Upload
from fake_stripe.http.form_data import parse
from fake_stripe.http.messages import JSON
from fake_stripe.http.multipart import parse_upload
from tests.fake_stripe.judges import (
    ENDIVE_PARAMETERS,
    ENDIVE_VALUES,
    complaints,
    json_complaints,
    openapi,
)

# What holds objects and is judged by them.
LISTS = ("list", "search_result")
# Options of `json.dumps`.
WRITTEN: dict[str, Any] = {"indent": 2, "ensure_ascii": False}
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
INTEGER = re.compile(r"-?\d{1,19}", re.ASCII)
DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class JudgedOfflineStripe(OfflineStripe):
    """Judges every call with a secret key that passes; `complaints` must be empty at the end.

    What a publishable key may send and sees of an object is less, and nobody's description has it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.complaints: list[str] = []

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if request.path.startswith("/v1/") and "sk_test_" in request.headers.get(
            "authorization", ""
        ):
            where = f"{request.method} {request.path} ({response.status}): "
            self.complaints += [where + found for found in traffic_complaints(request, response)]
        return response


def traffic_complaints(request: Request, response: Response) -> list[str]:
    """What Stripe's descriptions have against a call and its answer.

    Of a refused call only the refusal is judged.
    """
    if response.headers.get("content-type", JSON) != JSON:
        return []
    body = json.loads(response.body) if response.body else {}
    found = writing_complaints(response.body)
    found += [
        complaint for part in _parts(body) for complaint in _judged(_shape(part), json.dumps(part))
    ]
    if response.status == 200:
        found += request_complaints(request)
        if "object" not in body:
            found.append("the answer is no object of Stripe's")
    elif "error" in body:
        found += json_complaints("error", body)
    elif response.body:
        found.append("the refusal is no error of Stripe's")
    return found


def writing_complaints(body: bytes) -> list[str]:
    """What is not written as Stripe writes JSON: indented, UTF-8, keys in order."""
    if not body or body == json.dumps(_ordered(json.loads(body)), **WRITTEN).encode():
        return []
    return ["the JSON is not written as Stripe writes it"]


def _ordered(value: Any) -> Any:
    """The same with the keys of each hash by name, those that name an object first."""
    if isinstance(value, list):
        return [_ordered(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    first = [name for name in ("id", "object") if name in value and "object" in value]
    return {name: _ordered(value[name]) for name in [*first, *sorted(set(value) - set(first))]}


def request_complaints(request: Request) -> list[str]:
    """Parameters that the description does not have here, or that have the wrong type."""
    content_type = request.headers.get("content-type", "")
    sent = parse(request.query)
    if content_type.startswith(MULTIPART):
        sent |= parse_upload(request.body, content_type)
    else:
        sent |= parse(request.body.decode())
    return parameters_complaints(request.method, request.path, sent)


def parameters_complaints(method: str, path: str, sent: Params) -> list[str]:
    """As `request_complaints`, for decoded parameters: nested dictionaries of text."""
    operation = _operation(method, path)
    if operation is None:
        return ["the description has no such operation"]
    known, required = _parameters(operation)
    missing = [f"{name} is required" for name in required if name not in sent]
    given = {name: value for name, value in sent.items() if name not in ENDIVE_PARAMETERS}
    return missing + list(_misfits({"type": "object", "properties": known}, given, ""))


def _parts(body: Any) -> Iterator[dict[str, Any]]:
    """Every object of the API inside an answer, the outermost first, each by itself."""
    if isinstance(body, list):
        for entry in body:
            yield from _parts(entry)
    elif isinstance(body, dict):
        kind = body.get("object")
        if (
            isinstance(kind, str)
            and kind not in LISTS
            and kind in openapi()["components"]["schemas"]
        ):
            yield body
        for value in body.values():
            yield from _parts(value)


def _shape(value: Any) -> str:
    """The same text for objects that differ in numbers, ids and free text only.

    One judgement then serves them all.
    """
    return json.dumps(_outline(value), sort_keys=True)


def _outline(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _outline(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_outline(entry) for entry in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str) and re.fullmatch(r"[a-z_.]*", value):
        return value
    return type(value).__name__


_verdicts: dict[str, list[str]] = {}


def _judged(shape: str, document: str) -> list[str]:
    if shape not in _verdicts:
        part = json.loads(document)
        _verdicts[shape] = (
            json_complaints(f"deleted_{part['object']}", part)
            if "deleted" in part
            else complaints(part)
        )
    return _verdicts[shape]


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    paths = openapi()["paths"]
    # A path with fewer blanks is the closer fit.
    ordered = sorted(paths, key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), paths[path]) for path in ordered]


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for pattern, operations in _patterns():
        if pattern.fullmatch(path) and method.lower() in operations:
            found: dict[str, Any] = operations[method.lower()]
            return found
    return None


def _parameters(operation: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Schemas of what may be sent by name, and the names of what must be."""
    query = [
        parameter for parameter in operation.get("parameters", []) if parameter["in"] == "query"
    ]
    content = operation.get("requestBody", {}).get("content", {})
    form = content.get(FORM, content.get(MULTIPART, {})).get("schema", {})
    known = {parameter["name"]: parameter["schema"] for parameter in query} | form.get(
        "properties", {}
    )
    required = [parameter["name"] for parameter in query if parameter.get("required")]
    return known, required + form.get("required", [])


def _misfits(schema: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    """Why a form value (text, or nested dictionaries of text) is not of the schema."""
    options = schema.get("anyOf")
    if options:
        found = [list(_misfits(option, value, path)) for option in options]
        if all(found):
            yield from min(found, key=len)
    elif schema.get("type") == "object" or "properties" in schema:
        yield from _object_misfits(schema, value, path)
    elif schema.get("type") == "array":
        if isinstance(value, dict):
            for key, entry in value.items():
                yield from _misfits(schema["items"], entry, f"{path}[{key}]")
        else:
            yield f"{path} is not a list"
    elif not _fits(schema, value):
        yield f"{path} is not {schema.get('enum') or schema.get('type')}"


def _object_misfits(schema: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not a hash"
        return
    for key, entry in value.items():
        name = f"{path}[{key}]" if path else key
        known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if isinstance(known, dict):
            yield from _misfits(known, entry, name)
        else:
            yield f"{name} is no parameter of Stripe's"


def _fits(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, Upload):
        return schema.get("format") == "binary"
    if not isinstance(value, str):
        return False
    if "enum" in schema:
        return value in schema["enum"] or value in ENDIVE_VALUES
    patterns = {"integer": INTEGER, "number": DECIMAL, "boolean": re.compile("true|false")}
    pattern = patterns.get(schema.get("type", "string"))
    return len(value) <= schema.get("maxLength", len(value)) and (
        pattern is None or bool(pattern.fullmatch(value))
    )
