"""Cursor lists: newest first, `limit`, `starting_after`, `ending_before`, `created`."""

from collections.abc import Sequence
from typing import Any

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError, missing
from fake_stripe.runtime.session import Session
from fake_stripe.runtime.store import LINKS, blank, inflate

# By whether a page is read from its end.
_DIRECTIONS = {False: "DESC", True: "ASC"}
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
Where = Sequence[tuple[str, Sequence[object]]]


def page(
    session: Session,
    kind: str,
    url: str,
    params: Params,
    filters: tuple[str, ...] = (),
    *,
    moments: tuple[str, ...] = ("created",),
    where: Where = (),
) -> Document:
    """One page of `kind`.

    Each of `filters` is a parameter with the name of a field of the object, each of `moments` one
    that is a time or a range of times; `where` are further conditions (SQL) with their arguments.
    Raises ApiError 400 for a limit outside 1 to 100, an unknown cursor, or two cursors.
    """
    conditions: list[str] = ["account = ?", "kind = ?"]
    arguments: list[Any] = [session.account, kind]
    for name in filters:
        if name in params:
            conditions.append(f"{_field(kind, name)} = ?")
            arguments.append(params[name])
    for condition, values in where:
        conditions.append(condition)
        arguments.extend(values)
    for name in moments:
        _between(_field(kind, name), params.get(name), conditions, arguments)
    _cursor(session, kind, params, conditions, arguments)
    backwards = "ending_before" in params
    direction = _DIRECTIONS[backwards]
    limit = _limit(params)
    rows = session.store.rows(
        f"SELECT body FROM objects WHERE {' AND '.join(conditions)} "  # noqa: S608 - conditions are this module's own
        f"ORDER BY created {direction}, seq {direction} LIMIT ?",
        (*arguments, limit + 1),
    )
    data = [inflate(kind, row["body"]) for row in rows[:limit]]
    if backwards:
        data.reverse()
    return {"object": "list", "data": data, "has_more": len(rows) > limit, "url": url}


def _limit(params: Params) -> int:
    limit: int = params.get("limit", 10)
    if limit < 1:
        raise _beyond("greater than or equal to 1")
    if limit > 100:
        raise _beyond("less than or equal to 100")
    return limit


def _beyond(bound: str) -> ApiError:
    message = f"This value must be {bound}."
    return ApiError(message, code="parameter_invalid_integer", param="limit")


def _field(kind: str, name: str) -> str:
    """The field in SQL: a column, or a part of the stored body.

    The body leaves out what is as in the kind's blank.
    """
    if name in LINKS or name == "created":
        return name
    usual = blank(kind)[name]
    stored = f"json_extract(body, '$.{name}')"
    if usual is None:
        return stored
    return f"coalesce({stored}, '{usual}')"


def _cursor(
    session: Session, kind: str, params: Params, conditions: list[str], arguments: list[Any]
) -> None:
    if params.get("starting_after") and params.get("ending_before"):
        raise ApiError(
            "You may only specify one of these parameters: starting_after, ending_before."
        )
    for name, comparison in (("starting_after", "<"), ("ending_before", ">")):
        if params.get(name):
            place = session.store.rows(
                "SELECT created, seq FROM objects WHERE id = ? AND account = ? AND kind = ?",
                (params[name], session.account, kind),
            )
            if not place:
                raise missing(kind, params[name], param=name, status=400)
            conditions.append(f"(created, seq) {comparison} (?, ?)")
            arguments.extend((place[0]["created"], place[0]["seq"]))


def _between(field: str, wanted: Any, conditions: list[str], arguments: list[Any]) -> None:
    if wanted is None:
        return
    if not isinstance(wanted, dict):
        wanted = {"gte": wanted, "lte": wanted}
    for name, value in wanted.items():
        conditions.append(f"{field} {_COMPARISONS[name]} ?")
        arguments.append(value)
