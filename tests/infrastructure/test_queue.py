"""Wake-ups may be lost, jobs and requests must not suffer for it."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from portal.infrastructure import queue
from portal.infrastructure.queue import WakeUps
from portal.infrastructure.redis import SHORT_WAITS
from tests.support.hanging import Peer, silent_peer, unreachable_peer
from tests.support.servers import free_port

NOW = timedelta(0)
Wake = Callable[[timedelta], None]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'queue.sqlite3'}"


@pytest.fixture
def ears(url: str) -> Iterator[WakeUps]:
    """The worker's side."""
    with closing(WakeUps(url)) as opened:
        yield opened


@pytest.fixture
def wake(url: str) -> Iterator[Wake]:
    """The web processes' side; it opens its storage when first called."""
    with closing(WakeUps(url)) as opened:
        yield queue.waker(opened)


def test_a_wake_up_is_heard_once(wake: Wake, ears: WakeUps) -> None:
    wake(NOW)
    assert ears.heard()
    assert not ears.heard()


def test_what_is_due_later_needs_no_wake_up(wake: Wake, ears: WakeUps) -> None:
    wake(timedelta(minutes=5))
    assert not ears.heard()


def test_a_storage_that_is_locked_costs_no_request(
    tmp_path: Path, wake: Wake, ears: WakeUps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOCK_SECONDS", 0.01)
    with closing(sqlite3.connect(tmp_path / "queue.sqlite3")) as other:
        other.execute("BEGIN EXCLUSIVE")
        wake(NOW)
        other.rollback()
    assert not ears.heard()


def test_a_storage_that_is_damaged_keeps_nothing_from_starting(
    tmp_path: Path, wake: Wake, ears: WakeUps
) -> None:
    (tmp_path / "queue.sqlite3").write_bytes(b"no database" * 1000)
    wake(NOW)
    assert not ears.heard()
    assert not ears.is_there()


def test_a_power_cut_leaves_a_storage_that_can_be_read(url: str) -> None:
    storage = queue._open(url)
    assert storage.sql("PRAGMA synchronous", results=True) == [(2,)]
    assert storage.sql("PRAGMA journal_mode", results=True) == [("wal",)]
    storage.close()


PEERS = [silent_peer, unreachable_peer]


@pytest.mark.parametrize("peer", PEERS)
def test_a_redis_that_hangs_is_waited_for_once_and_told_of_once(
    peer: Callable[[], AbstractContextManager[Peer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHORT_WAITS, "socket_timeout", 0.2)
    monkeypatch.setitem(SHORT_WAITS, "socket_connect_timeout", 0.2)
    with peer() as there, capture_logs() as logged:
        wake = queue.waker(WakeUps(f"redis://127.0.0.1:{there.port}"))
        began = time.monotonic()
        for _ in range(50):
            wake(NOW)
        assert time.monotonic() - began < 2
    assert [line["event"] for line in logged] == ["no wake-ups: the queue is gone"]


def test_a_redis_that_is_gone_is_asked_again_after_a_while_and_told_of_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "SILENCE_SECONDS", 0)
    with capture_logs() as logged:
        ears = WakeUps(f"redis://127.0.0.1:{free_port()}")
        assert [ears.heard() for _ in range(20)] == [False] * 20
    assert len(logged) == 1


def test_a_storage_that_comes_back_is_used_again(
    tmp_path: Path, wake: Wake, ears: WakeUps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SILENCE_SECONDS", 0)
    folder = tmp_path / "queue.sqlite3"
    folder.mkdir()
    with capture_logs() as logged:
        wake(NOW)
        folder.rmdir()
        wake(NOW)
        wake(NOW)
    assert [line["event"] for line in logged] == [
        "no wake-ups: the queue is gone",
        "wake-ups again: the queue is back",
    ]
    assert ears.heard()
