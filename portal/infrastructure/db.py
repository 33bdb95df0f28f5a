"""Database: engine, the two kinds of session, the types every model uses."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Enum,
    Index,
    MetaData,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Dialect, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, UOWTransaction
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import JSON, TypeDecorator

from portal.infrastructure import postgresql


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment on every database (SQLite would give it back naive)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(values: type[StrEnum], name: str = "state", length: int = 20) -> Enum:
    """A column that holds one of an enum's values, as text with a check of that `name`.

    What is read is a member of the enum: `is` compares it safely.
    """
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=length,
        values_callable=_values,
    )


def _values(values: type[StrEnum]) -> list[str]:
    return [member.value for member in values]


class Base(DeclarativeBase):
    """The base of every model; constraint names are fixed so that migrations agree on every
    database.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON(), list[str]: JSON()}


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows for which `where` (SQL) holds, on every database."""
    return Index(
        name, *columns, unique=unique, postgresql_where=text(where), sqlite_where=text(where)
    )


class ReadOnlyViolation(RuntimeError):
    """A session opened for reading was asked to write: a programming mistake."""


class Database:
    """One engine; sessions either read or write.

    On SQLite a transaction that reads and later writes loses updates or fails when another wrote in
    between, so writing transactions take the write lock at once (BEGIN IMMEDIATE); reading ones
    never take it.
    """

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self._writing_engine = self.engine.execution_options(writing=True)

    def close(self) -> None:
        """Close the connections that no session has; it opens new ones when used again."""
        self.engine.dispose()

    def reading_session(self) -> Session:
        """A session that refuses to flush changes; the caller closes it."""
        session = Session(self.engine)
        event.listen(session, "before_flush", _refuse_flush)
        return session

    def writing_session(self) -> Session:
        """A session whose first statement takes SQLite's write lock; the caller commits and closes
        it.
        """
        return Session(self._writing_engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that reads, closed when the block ends."""
        with self.reading_session() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that reads everything as it was at one moment, however long it takes."""
        with self.reading_session() as session:
            if self.engine.dialect.name == "postgresql":
                # SQLite's transactions do so by themselves.
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Never call Stripe, SMTP or storage inside: the lock would be held across the network.
        """
        with self.writing_session() as session, session.begin():
            yield session


def _refuse_flush(session: Session, context: UOWTransaction, instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnlyViolation("open a writing session to change rows")


def make_sqlite_file(url: str) -> None:
    """Make the file of a SQLite database, and its folder, unless they exist; nothing for any other
    address.

    Names and password hashes are in it, and SQLite's own files beside it take its mode: only our
    own account reads it.
    """
    address = make_url(url)
    if (
        address.get_backend_name() == "sqlite"
        and address.database
        and address.database != ":memory:"
    ):
        file = Path(address.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)


# How long a writer waits for another. Ours hold the lock for milliseconds.
BUSY_SECONDS = 8
# What the same statement may get over later: another's lock, and a disk that is full or away.
_PASSING = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    )
)
# A thread holds two connections at most, one that reads and one that writes, and so the threads
# bound their number. A smaller bound would let requests that hold their first wait for each other's
# second.
_UNBOUNDED = -1


def _make_engine(url: str) -> Engine:
    # Errors end in logs and in rows: without `hide_parameters` they would quote names and
    # addresses.
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            pool_pre_ping=True,
            max_overflow=_UNBOUNDED,
            hide_parameters=True,
            connect_args=postgresql.connect_arguments(),
        )
        event.listen(engine, "do_connect", postgresql.connect)
        event.listen(engine, "handle_error", _hide_details)
        return engine
    make_sqlite_file(url)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        max_overflow=_UNBOUNDED,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_unavailable(error: DBAPIError) -> bool:
    """Whether the database did not answer, or was busy for too long: the same may work later."""
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        # The lower byte names the kind: sqlite.org/rescode.html.
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _PASSING
    return isinstance(cause, psycopg.OperationalError)


def _hide_details(context: ExceptionContext) -> None:
    """PostgreSQL adds the row that it refused ("Failing row contains …"): only the first line says
    what is wrong.
    """
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours, below: the driver's own comes too late
    cursor = connection.cursor()
    # FULL: a page that says "Paid" and a 2xx to Stripe outlive a power cut. With NORMAL, WAL loses
    # the last commits (sqlite.org/pragma.html#pragma_synchronous).
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    connection.exec_driver_sql(begin)
