"""Wake-ups may be lost, jobs and requests must not suffer for it."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.infrastructure import queue

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_a_wake_up_reaches_the_queue_at_once_or_later(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'queue.sqlite3'}"
    wake = queue.waker(url)
    wake(timedelta(0))
    wake(timedelta(0))
    wake(timedelta(minutes=5))
    assert queue.open_queue(url).pending_count() == 3
    worker = queue.open_queue(url)
    queue.Lookout(worker, lambda: None, lambda: NOW)
    for _ in range(3):
        worker.execute(worker.dequeue())
    assert (worker.pending_count(), worker.scheduled_count()) == (0, 1)


def test_a_queue_that_cannot_be_written_costs_no_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOCK_SECONDS", 0.01)
    path = tmp_path / "queue.sqlite3"
    wake = queue.waker(f"sqlite:///{path}")
    with sqlite3.connect(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        wake(timedelta(0))
        other.rollback()
    other.close()
    assert queue.open_queue(f"sqlite:///{path}").pending_count() == 0


def test_a_power_cut_leaves_a_queue_that_can_be_read(tmp_path: Path) -> None:
    storage = queue.open_queue(f"sqlite:///{tmp_path / 'queue.sqlite3'}").storage
    assert storage.sql("PRAGMA synchronous", results=True) == [(2,)]
    assert storage.sql("PRAGMA journal_mode", results=True) == [("wal",)]
    storage.close()


def test_many_wake_ups_leave_one_ahead(tmp_path: Path) -> None:
    waiting = queue.open_queue(f"sqlite:///{tmp_path / 'queue.sqlite3'}")
    lookout = queue.Lookout(waiting, lambda: NOW + timedelta(minutes=5), lambda: NOW)
    for _ in range(20):
        lookout.look()
    assert waiting.pending_count() == 1


def test_something_due_sooner_is_looked_at_sooner(tmp_path: Path) -> None:
    waiting = queue.open_queue(f"sqlite:///{tmp_path / 'queue.sqlite3'}")
    due = [NOW + timedelta(minutes=5), NOW + timedelta(minutes=1), NOW + timedelta(minutes=4)]
    lookout = queue.Lookout(waiting, lambda: due.pop(0), lambda: NOW)
    for _ in range(3):
        lookout.look()
    assert waiting.pending_count() == 2


def test_nothing_due_means_no_wake_up_ahead(tmp_path: Path) -> None:
    waiting = queue.open_queue(f"sqlite:///{tmp_path / 'queue.sqlite3'}")
    queue.Lookout(waiting, lambda: None, lambda: NOW).look()
    assert waiting.pending_count() == 0
