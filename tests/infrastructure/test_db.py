"""The database: nobody's update is lost, reading sessions never write, moments keep their zone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from stat import S_IMODE
from threading import Barrier
from traceback import format_exception

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from portal import migrations
from portal.accounts.models import User
from portal.context import Portal
from portal.documents.models import NumberSeries
from portal.infrastructure.db import Database, ReadOnlyViolation
from portal.patients.models import Patient
from tests.support.people import Person

SERIES = "TEST"


def test_sixty_read_modify_writes_at_once_lose_none(portal: Portal) -> None:
    with portal.db.write() as session:
        session.add(NumberSeries(series=SERIES, last=0))

    def raise_it(_: int) -> None:
        with portal.db.write() as session:
            row = session.get_one(NumberSeries, SERIES, with_for_update=True)
            row.last += 1

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(raise_it, range(60)))
    with portal.db.read() as session:
        assert session.get_one(NumberSeries, SERIES).last == 60


def test_sixteen_requests_that_read_and_then_write_do_not_wait_for_each_others_connections(
    portal: Portal,
) -> None:
    all_have_read = Barrier(16, timeout=20)

    def read_and_write(_: int) -> None:
        with portal.db.read() as reading:
            reading.scalar(select(1))
            all_have_read.wait()
            with portal.db.write() as writing:
                writing.scalar(select(1))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(read_and_write, range(16)))


FULL = 2


@pytest.mark.parametrize("writing", [False, True])
def test_what_was_committed_on_sqlite_is_on_the_disk(writing: bool, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'portal.sqlite3'}")
    opened = database.writing_session() if writing else database.reading_session()
    with opened as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == FULL
    database.close()


def test_a_reading_session_refuses_to_write(portal: Portal) -> None:
    with portal.db.read() as session:
        session.add(NumberSeries(series=SERIES, last=0))
        with pytest.raises(ReadOnlyViolation):
            session.flush()


def test_a_block_that_fails_writes_nothing(portal: Portal) -> None:
    def fail_midway() -> None:
        with portal.db.write() as session:
            session.add(NumberSeries(series=SERIES, last=0))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()
    with portal.db.read() as session:
        assert session.get(NumberSeries, SERIES) is None


def test_a_moment_comes_back_as_the_same_moment_in_utc(portal: Portal) -> None:
    summer = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with portal.db.write() as session:
        session.add(Patient(ref="PAT-1", name="Alice", currency="GBP", created_at=summer))
    with portal.db.read() as session:
        stored = session.scalars(select(Patient.created_at)).one()
        assert session.scalars(select(Patient.ref).where(Patient.created_at == summer)).all() == [
            "PAT-1"
        ]
    assert stored == summer
    assert stored.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(portal: Portal) -> None:
    naive = datetime(2026, 7, 1)  # noqa: DTZ001
    with (
        pytest.raises(StatementError, match="time zone"),
        portal.db.write() as session,
    ):
        session.add(Patient(ref="PAT-1", name="Alice", currency="GBP", created_at=naive))


@pytest.mark.parametrize("broken", [{"email": "bob@example.test"}, {"role": "nobody"}])
def test_an_error_of_the_database_quotes_nobodys_row(
    portal: Portal, alice: Person, bob: Person, broken: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError) as refused, portal.db.write() as session:
        session.execute(update(User).where(User.id == alice.user_id).values(broken))
    told = "".join(format_exception(refused.value))
    assert "users" in told
    assert "@example.test" not in told
    assert alice.name not in told


def test_other_accounts_of_the_machine_cannot_read_a_sqlite_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/portal.sqlite3"
    migrations.upgrade(url)
    database = Database(url)
    with database.write() as session:
        session.add(NumberSeries(series=SERIES, last=0))
        session.flush()
        files = list(tmp_path.iterdir())
        assert len(files) > 1  # what was written last stands in a file beside it
        assert {S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    database.close()
