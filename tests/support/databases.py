"""A migrated database without rows for each test, on SQLite and on PostgreSQL."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from portal import migrations
from portal.models import Base
from tests.support import postgresql

BACKENDS = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # Ended from outside, a run still stops what it started.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        postgresql.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgresql.end_run()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_cluster() -> None:
    """The run's PostgreSQL, with a migrated database to copy."""
    with postgresql.locked_run():
        if postgresql.ensure_cluster():
            migrations.upgrade(postgresql.address(postgresql.TEMPLATE))


@pytest.fixture(scope="session")
def postgresql_database(postgresql_cluster: None) -> str:
    """The name of this test process's own migrated database."""
    return _new_database(postgresql.TEMPLATE)


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database without rows; a test that asks for it runs once on each
    kind.
    """
    if request.param == "sqlite":
        path = tmp_path / "portal.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    name: str = request.getfixturevalue("postgresql_database")
    # A tenth of the time of making a new one.
    postgresql.empty_database(name, [table.name for table in reversed(Base.metadata.sorted_tables)])
    return postgresql.address(name)


@pytest.fixture(params=BACKENDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        request.getfixturevalue("postgresql_cluster")
        name = _new_database("template0")
        yield postgresql.address(name)
        postgresql.drop_database(name)


def _new_database(template: str) -> str:
    name = f"test_{uuid4().hex}"
    postgresql.create_database(name, template)
    return name
