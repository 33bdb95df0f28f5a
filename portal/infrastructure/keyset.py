"""Pages of long lists: each begins after the last row of the one before, however far on it is."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.orm import QueryableAttribute

Row = TypeVar("Row")


def beyond(
    columns: Sequence[QueryableAttribute[Any]],
    last: Sequence[object],
    *,
    newest_first: bool = False,
) -> ColumnElement[bool]:
    """For queries: the row stands after the one whose `columns` are `last`.

    The list is sorted by these columns, all of them upwards, or downwards with `newest_first`; the
    last column is one that no two rows share.
    """
    row = tuple_(*columns)
    if newest_first:
        return row < tuple(last)
    return row > tuple(last)


def cut(rows: Sequence[Row], size: int) -> tuple[list[Row], bool]:
    """The rows of one page, of `size` + 1 that were asked for, and whether more come after them."""
    return list(rows[:size]), len(rows) > size
