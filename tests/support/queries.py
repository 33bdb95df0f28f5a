"""Counting SQL statements, so that a page cannot grow a query per row unnoticed."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

from portal.infrastructure.db import Database


class Statements(list[str]):
    """The SQL sent to the database, in order."""


@contextmanager
def statements_sent(database: Database) -> Iterator[Statements]:
    """Collect what is sent inside the block; BEGIN and COMMIT are not counted."""
    seen = Statements()

    def note(
        connection: Connection,
        cursor: DBAPICursor,
        statement: str,
        parameters: object,
        context: ExecutionContext | None,
        executemany: bool,
    ) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
