"""`expand`: ids become objects, up to four levels deep."""

from functools import cache
from typing import Any

from fake_stripe import data
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.http.included import INCLUDED
from fake_stripe.rules import customers
from fake_stripe.runtime.session import Session

MAX_LEVELS = 4
# A bank account, which no object here stands for.
_ABSENT = ("payout", "destination")


def expand(session: Session, document: Document, paths: list[str]) -> Document:
    """`document` with every path of `paths` expanded. Raises ApiError 400 as Stripe does."""
    for path in paths:
        parts = path.split(".")
        if len(parts) - (parts[0] == "data") > MAX_LEVELS:
            raise ApiError("You cannot expand more than 4 levels of a property.", param="expand")
        _follow(session, document, parts, path)
    return document


def _follow(session: Session, target: Document, parts: list[str], path: str) -> None:
    if target.get("object") == "list" and parts[0] == "data" and len(parts) > 1:
        for entry in target["data"]:
            _follow(session, entry, parts[1:], path)
        return
    length = _length(target, parts)
    if not length:
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand[]")
    value = _expanded(session, target, parts[:length])
    if isinstance(value, dict) and parts[length:]:
        _follow(session, value, parts[length:], path)


def _length(target: Document, parts: list[str]) -> int:
    """How many of the parts name a field of the target that may be expanded; 0 for none."""
    kind = target.get("object")
    names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    documented = ((kind, name) in INCLUDED or f"{kind} {name}" in _documented() for name in names)
    return next((count for count, is_one in enumerate(documented, 1) if is_one), 0)


@cache
def _documented() -> frozenset[str]:
    return frozenset(data.read("expandable.txt").splitlines())


def _expanded(session: Session, target: Document, field: list[str]) -> Any:
    """Put the object into the field where it holds an id; what the field holds then."""
    kind = target.get("object")
    if (kind, *field) == _ABSENT:
        message = "Expanding `destination` is not supported by this offline Stripe."
        raise ApiError(message, param="expand[]")
    if (kind, *field) in INCLUDED and "deleted" not in target:
        target[field[0]] = public(INCLUDED[kind, field[0]](session, target))
        return target[field[0]]
    holder: Any = target
    for name in field[:-1]:
        holder = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(holder, dict):
        return None
    if isinstance(holder.get(field[-1]), str):
        holder[field[-1]] = _found(session, holder[field[-1]])
    return holder.get(field[-1])


def _found(session: Session, identifier: str) -> Document | str:
    """The object with this id, or the id where there is none."""
    found = session.store.get(session.account, identifier)
    return public(customers.shown(found), session.now) if found else identifier
