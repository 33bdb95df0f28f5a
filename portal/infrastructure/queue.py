"""Wake-ups from the web processes to the worker: huey's storage, on SQLite by default, on Redis
beyond one machine (QUEUE_URL).

A wake-up says only "look for due rows". The worker looks without one too, so nothing waits for
long where one is lost, and everything goes on while the storage is gone.
"""

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from huey.storage import BaseStorage, RedisStorage, SqliteStorage
from redis import ConnectionPool
from sqlalchemy.engine import make_url

from portal.infrastructure.redis import SHORT_WAITS

log = structlog.get_logger()

NAME = "portal"
IMMEDIATE = "immediate://"
LOOK = b"look"
# A request must not wait for the storage any longer than this.
LOCK_SECONDS = 2
# How long a storage that failed is left alone, so that not every request waits for it.
SILENCE_SECONDS = 5


class _Storage(SqliteStorage):  # type: ignore[misc] # huey has no types
    """Closes a connection to a file that is locked or damaged, which huey would leave open."""

    def _set_journal_mode(self, conn: sqlite3.Connection) -> None:
        """The first that is asked of a new connection."""
        try:
            super()._set_journal_mode(conn)
        except sqlite3.Error:
            conn.close()
            raise


class WakeUps:
    """The wake-ups at one address. Neither sending nor hearing ever raises."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._failed = False
        self._silent_until = 0.0

    def send(self) -> None:
        """Ask the worker to look for due rows now."""
        self._try(lambda storage: storage.enqueue(LOOK))

    def heard(self) -> bool:
        """Whether somebody has asked since the last time."""
        return self._try(lambda storage: storage.dequeue()) is not None

    def is_there(self) -> bool:
        """Whether the storage answers now."""
        self._silent_until = 0.0
        self._try(lambda storage: storage.queue_size())
        return not self._failed

    def close(self) -> None:
        """Close the connections."""
        storage = self.__dict__.get("_storage")
        if isinstance(storage, SqliteStorage):
            storage.close()
        elif isinstance(storage, RedisStorage):
            storage.pool.disconnect()

    @cached_property
    def _storage(self) -> BaseStorage:
        """Opened when first needed: a storage that is gone keeps nothing from starting."""
        return _open(self._url)

    def _try(self, act: Callable[[BaseStorage], object]) -> object:
        """What `act` answers, None where the storage is gone; that is said when it changes."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            answer = act(self._storage)
        except Exception as error:  # whatever the storage raises, the rows are committed
            if not self._failed:
                log.warning("no wake-ups: the queue is gone", error=type(error).__name__)
            self._failed = True
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            return None
        if self._failed:
            log.warning("wake-ups again: the queue is back")
        self._failed = False
        return answer


def wake_ups_at(url: str) -> WakeUps | None:
    """The wake-ups at this address; None where no worker is woken."""
    return None if url == IMMEDIATE else WakeUps(url)


def waker(wake_ups: WakeUps | None) -> Callable[[timedelta], None]:
    """A function that tells the worker of a row that is due after a delay; it never raises."""
    if wake_ups is None:
        return _nobody

    def wake(delay: timedelta) -> None:
        # What is due later is found by then.
        if delay <= timedelta(0):
            wake_ups.send()

    return wake


def _open(url: str) -> BaseStorage:
    """`sqlite:///path` or `redis://host`."""
    if urlsplit(url).scheme.startswith("redis"):
        pool = ConnectionPool.from_url(url, **SHORT_WAITS)
        return RedisStorage(NAME, blocking=False, connection_pool=pool)
    path = Path(make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    # A power cut may take wake-ups, but must not leave a file that nobody can read.
    return _Storage(NAME, filename=str(path), timeout=LOCK_SECONDS, fsync=True)


def _nobody(delay: timedelta) -> None:
    """No worker is woken: what is due is run by whoever asks for it."""
