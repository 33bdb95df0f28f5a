"""Each list of the dump: where its rows come from, and what of them two runs have in common.

`portal.dump.registry.LISTS` has them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

Row = dict[str, str | int | bool | None]


@dataclass(frozen=True)
class RowList:
    """One list. Each column of `query` is labelled as the dump names it.

    `tables` are those whose rows it shows. `by_chance` names what another run of the same story
    has otherwise: references, running numbers, moments. A list that tells how things came about,
    and not how they stand, is not `canonical`: it is left out where runs are compared.
    """

    name: str
    tables: tuple[str, ...]
    query: Select[*tuple[Any, ...]]
    by_chance: frozenset[str] = field(default_factory=frozenset)
    canonical: bool = True

    def rows(self, session: Session, canonical: bool) -> list[Row]:
        """The rows, sorted by all that they say; `canonical` without what is there by chance."""
        left_out = self.by_chance if canonical else frozenset()
        found = session.execute(self.query).mappings()
        return self.sorted([_plain(row, left_out) for row in found])

    @staticmethod
    def sorted(rows: list[Row]) -> list[Row]:
        """In the order of what they say, column by column: what is absent comes last."""
        return sorted(rows, key=_as_text)


def _plain(row: Mapping[Any, Any], left_out: frozenset[str]) -> Row:
    return {name: _value(value) for name, value in row.items() if name not in left_out}


def _value(value: Any) -> str | int | bool | None:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"a dump cannot hold a {type(value).__name__}")


def _as_text(row: Row) -> list[tuple[bool, str]]:
    """What rows are sorted by: None comes last, and numbers as texts of one width."""
    return [(value is None, _wide(value)) for value in row.values()]


def _wide(value: str | int | bool | None) -> str:
    if isinstance(value, int):
        # Negative ones before the others.
        return f"{value + 10**18:020d}"
    return value or ""
