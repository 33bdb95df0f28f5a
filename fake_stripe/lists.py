"""Cursor lists: newest first, `limit`, `starting_after`, `ending_before`, `created`."""

from typing import Any

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError, missing
from fake_stripe.session import Session
from fake_stripe.store import inflate

_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    session: Session,
    kind: str,
    url: str,
    params: Params,
    filters: tuple[str, ...] = (),
    *,
    one_of: tuple[str, list[str]] = ("", []),
) -> Document:
    """One page of `kind`.

    Each of `filters` is a parameter with the name of a link column; `one_of` is such a column and the values it may
    have. Raises ApiError 400 for a limit outside 1 to 100 or an unknown cursor.
    """
    conditions: list[str] = ["account = ?", "kind = ?"]
    arguments: list[Any] = [session.account, kind]
    for name in filters:
        if name in params:
            conditions.append(f"{name} = ?")
            arguments.append(params[name])
    column, values = one_of
    if values:
        conditions.append(f"{column} IN ({', '.join('?' * len(values))})")
        arguments.extend(values)
    _created(params.get("created"), conditions, arguments)
    _cursor(session, kind, params, conditions, arguments)
    backwards = "ending_before" in params
    direction = "ASC" if backwards else "DESC"
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
    if not 1 <= limit <= 100:
        bound = "greater than or equal to 1" if limit < 1 else "less than or equal to 100"
        raise ApiError(f"This value must be {bound}.", code="parameter_invalid_integer", param="limit")
    return limit


def _cursor(session: Session, kind: str, params: Params, conditions: list[str], arguments: list[Any]) -> None:
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


def _created(wanted: Any, conditions: list[str], arguments: list[Any]) -> None:
    bounds = wanted if isinstance(wanted, dict) else {} if wanted is None else {"gte": wanted, "lte": wanted}
    for name, value in bounds.items():
        conditions.append(f"created {_COMPARISONS[name]} ?")
        arguments.append(value)
