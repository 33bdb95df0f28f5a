"""Migrations and models describe one schema, on every database."""

from sqlalchemy import inspect

from portal import migrations
from portal.infrastructure.db import Database


def test_models_ask_for_nothing_that_the_migrations_lack(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    migrations.check(empty_database_url)


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrations.upgrade(database_url)
    migrations.check(database_url)


def test_migrations_can_be_undone_and_done_again(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    migrations.downgrade(empty_database_url, "base")
    database = Database(empty_database_url)
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    migrations.upgrade(empty_database_url)
    migrations.check(empty_database_url)
    with database.read() as session:
        assert migrations.is_current(session.connection())
    database.close()
