"""Bringing a database to the newest schema, and telling whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from portal.infrastructure.db import make_sqlite_file

# Any number that nothing else in the database locks.
ADVISORY_LOCK = 4_210_773


def upgrade(database_url: str, revision: str = "head") -> None:
    """Apply the migrations up to `revision`, all or none; two that run at once wait for each
    other.
    """
    with _connection(database_url) as connection:
        command.upgrade(_config(connection), revision)
        _check_references(connection)


def downgrade(database_url: str, revision: str) -> None:
    """Go back to `revision` ("base" for an empty database)."""
    with _connection(database_url) as connection:
        command.downgrade(_config(connection), revision)
        _check_references(connection)


def is_current(connection: Connection) -> bool:
    """Whether the newest migration has been applied."""
    newest = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def check(database_url: str) -> None:
    """Raise alembic's CommandError where the models ask for a schema other than the migrations
    make.
    """
    with _connection(database_url) as connection:
        command.check(_config(connection))


def write_next(database_url: str, message: str) -> None:
    """Write a new migration file with the difference between the models and this (migrated)
    database.
    """
    with _connection(database_url) as connection:
        config = _config(connection)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(database_url: str) -> Iterator[Connection]:
    """One transaction that keeps other migrations out.

    Not the portal's engine: SQLite rebuilds tables to change them, which its foreign keys would
    hinder.
    """
    make_sqlite_file(database_url)
    engine = create_engine(database_url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _take_over_begin)
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
        )
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        yield connection


def _take_over_begin(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"the migration left a reference to nothing in table {broken[0]}")
