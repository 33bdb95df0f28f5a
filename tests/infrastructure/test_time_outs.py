"""Whoever hangs is given up within seconds: storage, mail, databases."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from portal.infrastructure import db, document_store, mail_transport, postgresql
from portal.infrastructure.db import Database, is_unavailable
from portal.infrastructure.document_store import DocumentStore, StoreUnavailable
from portal.infrastructure.mail_transport import DeliveryError, open_transport
from portal.mail.service import compose
from portal.patients.models import Patient
from tests.mail.examples import unsaved_mail
from tests.support import postgresql as cluster
from tests.support.hanging import Peer, proxy_to, silent_peer, unreachable_peer
from tests.support.people import Person
from tests.support.portals import make_settings

MakePeer = Callable[[], AbstractContextManager[Peer]]
SHORT = 0.2
GREETS = partial(silent_peer, b"220 mail.example.test ESMTP\r\n")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


STORE_CALLS: list[Callable[[DocumentStore], object]] = [
    lambda store: store.get("INV-2026-000001.pdf"),
    lambda store: store.put_once("INV-2026-000001.pdf", b"%PDF"),
]


@pytest.mark.parametrize("call", STORE_CALLS)
@pytest.mark.parametrize("peer", [silent_peer, unreachable_peer])
def test_a_document_store_that_hangs_is_unavailable(
    peer: MakePeer,
    call: Callable[[DocumentStore], object],
    hanging_bucket: Callable[[Peer], DocumentStore],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert document_store.RETRY_SECONDS + document_store.ANSWER_SECONDS < 5
    for name in ("CONNECT_SECONDS", "ANSWER_SECONDS", "RETRY_SECONDS"):
        monkeypatch.setattr(document_store, name, SHORT)
    with peer() as there, within(4), pytest.raises(StoreUnavailable):
        call(hanging_bucket(there))


@pytest.mark.parametrize("peer", [silent_peer, unreachable_peer, GREETS])
def test_a_mail_server_that_hangs_is_given_up_and_tried_again_later(
    peer: MakePeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (mail_transport.CONNECT_SECONDS, mail_transport.ANSWER_SECONDS) == (5, 15)
    monkeypatch.setattr(mail_transport, "CONNECT_SECONDS", SHORT)
    monkeypatch.setattr(mail_transport, "ANSWER_SECONDS", SHORT)
    with peer() as there, within(4):
        settings = make_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{there.port}")
        with pytest.raises((DeliveryError, OSError)):
            open_transport(settings).send(compose(settings, unsaved_mail(settings)))


@pytest.mark.parametrize("peer", [silent_peer, unreachable_peer])
def test_a_database_server_that_takes_no_connection_is_given_up(
    peer: MakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgresql.CONNECT_SECONDS == 3
    # The shortest that libpq knows.
    monkeypatch.setattr(postgresql, "CONNECT_SECONDS", 2)
    with peer() as there, within(8):
        hanging = Database(f"postgresql+psycopg://portal@127.0.0.1:{there.port}/portal")
        assert_unavailable(hanging, "select 1")


def test_a_database_server_that_freezes_is_given_up_and_used_again_once_it_answers(
    postgresql_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgresql.ANSWER_SECONDS == 10
    socket_file = f"{cluster.folder()}/.s.PGSQL.5432"
    with proxy_to(socket_file) as proxy:
        url = f"postgresql+psycopg://{cluster.USER}@127.0.0.1:{proxy.port}/{postgresql_database}"
        database = Database(url)
        assert number(database) == 1
        monkeypatch.setattr(postgresql, "ANSWER_SECONDS", SHORT)
        proxy.freeze()
        with within(5), database.read() as session, pytest.raises(OperationalError):
            session.execute(text("select 1"))
        proxy.thaw()
        monkeypatch.undo()
        assert number(database) == 1
        database.close()


def test_a_statement_that_takes_too_long_is_stopped_by_the_server(
    postgresql_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgresql.STATEMENT_SECONDS == 8
    monkeypatch.setattr(postgresql, "STATEMENT_SECONDS", SHORT)
    database = Database(cluster.address(postgresql_database))
    with within(5):
        assert_unavailable(database, "select pg_sleep(30)")


def test_a_lock_that_is_not_let_go_is_given_up(
    database_url: str, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (postgresql.LOCK_SECONDS, db.BUSY_SECONDS) == (5, 8)
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", SHORT)
    monkeypatch.setattr(db, "BUSY_SECONDS", SHORT)
    database = Database(database_url)
    rename = update(Patient).where(Patient.id == alice.patient_id).values(name="Alice Allen")
    with database.write() as holding:
        holding.execute(rename)
        with within(5), pytest.raises(OperationalError) as caught, database.write() as waiting:
            waiting.execute(rename)
    assert is_unavailable(caught.value)
    with database.write() as session:
        session.execute(rename)
    database.close()


def number(database: Database) -> int | None:
    with database.read() as session:
        found: int | None = session.scalar(text("select 1"))
        return found


def assert_unavailable(database: Database, statement: str) -> None:
    with database.read() as session, pytest.raises(OperationalError) as caught:
        session.execute(text(statement))
    assert is_unavailable(caught.value)
    with suppress(OperationalError):
        database.close()
