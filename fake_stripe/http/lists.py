"""Cursor lists: newest first, `limit`, `starting_after`, `ending_before`, `created`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError, missing
from fake_stripe.runtime.session import Session
from fake_stripe.runtime.store import INDEXED, LINKS, blank, inflate

# By whether a page is read from its end.
_DIRECTIONS = {False: "DESC", True: "ASC"}
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
# A condition (SQL) with its arguments.
Condition = tuple[str, Sequence[object]]


@dataclass(frozen=True)
class _Query:
    """The objects of a page: all conditions hold, and the type is one of `types` (None: any)."""

    conditions: list[Condition]
    types: Sequence[str] | None
    direction: str
    most: int

    def sql(self) -> tuple[str, list[object]]:
        """The statement and its arguments.

        Each type is read by itself, in order and so by its index; then all found are put in order.
        """
        if self.types is None:
            return self._select(self.conditions)
        if len(self.types) == 1:
            return self._select([*self.conditions, ("type = ?", self.types)])
        parts = [self._select([*self.conditions, ("type = ?", [name])]) for name in self.types]
        found = " UNION ALL ".join(f"SELECT * FROM ({select})" for select, _ in parts)  # noqa: S608
        arguments = [argument for _, given in parts for argument in given]
        return f"{found} {self._order()}", [*arguments, self.most]

    def _select(self, conditions: list[Condition]) -> tuple[str, list[object]]:
        where = " AND ".join(condition for condition, _ in conditions)
        arguments = [argument for _, given in conditions for argument in given]
        select = f"SELECT created, seq, body FROM objects WHERE {where} {self._order()}"  # noqa: S608 - conditions are this module's own
        return select, [*arguments, self.most]

    def _order(self) -> str:
        return f"ORDER BY created {self.direction}, seq {self.direction} LIMIT ?"


def page(
    session: Session,
    kind: str,
    url: str,
    params: Params,
    filters: tuple[str, ...] = (),
    *,
    moments: tuple[str, ...] = ("created",),
    where: Sequence[Condition] = (),
    types: Sequence[str] | None = None,
) -> Document:
    """One page of `kind`.

    Each of `filters` is a parameter with the name of a field of the object, each of `moments` one
    that is a time or a range of times; `where` are further conditions, `types` the types wanted.
    Raises ApiError 400 for a limit outside 1 to 100, an unknown cursor, or two cursors.
    """
    given = [name for name in filters if name in params]
    conditions = _of_kind(session.account, kind, given)
    conditions += [_equal(kind, name, params[name]) for name in given]
    conditions += where
    for name in moments:
        conditions += _between(_field(kind, name), params.get(name))
    conditions += _cursor(session, kind, params)
    backwards = "ending_before" in params
    limit = _limit(params)
    rows = []
    if types != []:
        query = _Query(conditions, types, _DIRECTIONS[backwards], limit + 1)
        rows = session.store.rows(*query.sql())
    data = [inflate(kind, row["body"]) for row in rows[:limit]]
    if backwards:
        data.reverse()
    return {"object": "list", "data": data, "has_more": len(rows) > limit, "url": url}


def _of_kind(account: str, kind: str, given: list[str]) -> list[Condition]:
    """The account's objects of this kind.

    A link has an index of its own. "+" keeps SQLite from reading all of the kind in its place: it
    would, since those are in order too.
    """
    plus = "+" if set(given) & set(INDEXED) else ""
    # The kind is written out, as indexes of one kind are.
    return [(f"{plus}account = ?", [account]), (f"{plus}kind = '{kind}'", [])]


def _equal(kind: str, name: str, value: object) -> Condition:
    """The field has this value; the stored body leaves out what is as in the kind's blank."""
    field = _field(kind, name)
    if field != name and value == blank(kind)[name]:
        return f"{field} IS NULL", []
    return f"{field} = ?", [value]


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
    """The field in SQL: a column, or a part of the stored body."""
    return name if name in (*LINKS, "created") else f"json_extract(body, '$.{name}')"


def _cursor(session: Session, kind: str, params: Params) -> list[Condition]:
    """Where the page begins."""
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
            return [(f"(created, seq) {comparison} (?, ?)", tuple(place[0]))]
    return []


def _between(field: str, wanted: Any) -> list[Condition]:
    """A moment, or a range of them."""
    if wanted is None:
        return []
    if not isinstance(wanted, dict):
        wanted = {"gte": wanted, "lte": wanted}
    return [(f"{field} {_COMPARISONS[name]} ?", [value]) for name, value in wanted.items()]
