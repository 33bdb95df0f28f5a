"""A fresh, migrated database for each test, on SQLite and on PostgreSQL."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from portal import migrations
from tests.support import postgresql

BACKENDS = ("sqlite", "postgresql")
_numbers = count()


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
def postgresql_template() -> str:
    with postgresql.locked_run():
        if postgresql.ensure_cluster():
            migrations.upgrade(postgresql.address(postgresql.TEMPLATE))
    return postgresql.TEMPLATE


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without rows; a test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "portal.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        with _postgresql_database(request.getfixturevalue("postgresql_template")) as url:
            yield url


@pytest.fixture(params=BACKENDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        request.getfixturevalue("postgresql_template")
        with _postgresql_database("template0") as url:
            yield url


@contextmanager
def _postgresql_database(template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}_{uuid4().hex[:12]}"
    postgresql.create_database(name, template)
    try:
        yield postgresql.address(name)
    finally:
        postgresql.drop_database(name)
