"""Stripe's nested form encoding: `a[b]=1`, `expand[]=x`, `items[0][id]=y`."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from fake_stripe.documents import Params, Upload
from fake_stripe.errors import ApiError

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")
MAX_DEPTH = 10
Value = str | Upload


def parse_body(body: bytes, content_type: str) -> Params:
    """As `parse`, for the body of a POST. Raises ApiError 400 where it says that it is no form."""
    if content_type.startswith(("application/json", "multipart/")):
        raise ApiError(
            "Invalid request (check that your POST content type is "
            "application/x-www-form-urlencoded). If you have any questions, we can help at "
            "https://support.stripe.com/."
        )
    return parse(body.decode("utf-8", "replace"))


def parse(encoded: str) -> Params:
    """Decode a query string or a form body: see `parse_pairs`."""
    return parse_pairs(parse_qsl(encoded, keep_blank_values=True, errors="replace"))


def parse_pairs(pairs: Iterable[tuple[str, Value]]) -> Params:
    """Names with values as nested dictionaries of strings (and of uploads).

    List positions stay keys ("0", "1", …; `[]` counts on): the judge knows what is a list.
    Raises ApiError 400 for a key that cannot be read or that is both a value and a parent.
    """
    result: Params = {}
    for key, value in pairs:
        match = _KEY.match(key)
        parts = [match[1], *_PART.findall(match[2])] if match else []
        if not parts or len(parts) > MAX_DEPTH:
            raise ApiError(f"Invalid request: could not parse the parameter {key!r}.", param=key)
        _put(result, parts, value, key)
    return result


def _put(target: Params, parts: list[str], value: Value, key: str) -> None:
    for part in parts[:-1]:
        child = target.setdefault(part or str(len(target)), {})
        if not isinstance(child, dict):
            raise ApiError(
                f"Invalid request: {key!r} is used both as a value and as a hash.", param=key
            )
        target = child
    last = parts[-1] or str(len(target))
    if isinstance(target.get(last), dict):
        raise ApiError(
            f"Invalid request: {key!r} is used both as a value and as a hash.", param=key
        )
    target[last] = value
