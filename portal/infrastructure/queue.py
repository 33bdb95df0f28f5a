"""What wakes the worker: huey, on SQLite by default, on Redis beyond one machine (QUEUE_URL).

A wake-up says only "look for due rows"; one lost on a crash is made good by the next sweep.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.api import TaskWrapper
from sqlalchemy.engine import make_url

log = structlog.get_logger()

NAME = "portal"
IMMEDIATE = "immediate://"
# Seconds between looks into the queue when it has been empty for a while.
SHORTEST_POLL = 0.1
LONGEST_POLL = 0.5
# A request must not wait for the queue any longer than this; the sweep finds what it could not
# announce.
LOCK_SECONDS = 2


def open_queue(url: str) -> Huey:
    """`sqlite:///path`, `redis://host`, or `immediate://` (tests: nothing is queued)."""
    if url == IMMEDIATE:
        return Huey(NAME, immediate=True)
    if urlsplit(url).scheme.startswith("redis"):
        return RedisHuey(NAME, url=url)
    path = Path(make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    # A power cut may take wake-ups, but must not leave a file that no worker can read.
    return SqliteHuey(NAME, filename=str(path), timeout=LOCK_SECONDS, fsync=True)


def waker(url: str) -> Callable[[timedelta], None]:
    """A function that asks the worker to look for due rows after a delay; it never raises."""
    if url == IMMEDIATE:
        return _nobody
    task = _look_task(open_queue(url), _elsewhere)

    def wake(delay: timedelta) -> None:
        try:
            _send(task, delay)
        except Exception as error:  # whatever the queue's storage raises, the rows are committed
            log.warning("wake-up lost", error=type(error).__name__)

    return wake


class Lookout:
    """Drains at each wake-up, and keeps one wake-up ahead for the row that is due next.

    `drain` runs what is due and answers when the next row is.
    """

    def __init__(
        self, queue: Huey, drain: Callable[[], datetime | None], now: Callable[[], datetime]
    ) -> None:
        self._drain = drain
        self._now = now
        self._ahead: datetime | None = None
        self._task = _look_task(queue, self.look)

    def look(self) -> None:
        due = self._drain()
        now = self._now()
        # Without this every wake-up would add another one ahead, for ever.
        if due is not None and (self._ahead is None or self._ahead <= now or due < self._ahead):
            self._ahead = due
            _send(self._task, due - now)


def work(
    url: str, drain: Callable[[Callable[[], bool]], datetime | None], now: Callable[[], datetime]
) -> None:
    """Look at each wake-up, at the start and once a minute, until SIGTERM; a running job is
    finished first.

    `drain` runs what is due until what it is given says that the worker is to stop, and answers
    when the next row is.
    """
    queue = open_queue(url)
    consumer = queue.create_consumer(
        workers=1,
        initial_delay=SHORTEST_POLL,
        max_delay=LONGEST_POLL,
        graceful_signal="TERM",
    )
    lookout = Lookout(queue, lambda: drain(consumer.stop_flag.is_set), now)
    queue.periodic_task(crontab(minute="*"), name="sweep")(lookout.look)
    consumer.run()


def _look_task(queue: Huey, look: Callable[[], None]) -> TaskWrapper:
    return queue.task(name="look")(look)


def _send(task: TaskWrapper, delay: timedelta) -> None:
    seconds = delay.total_seconds()
    if seconds > 0:
        task.schedule(delay=seconds)
    else:
        task()


def _elsewhere() -> None:
    """Web processes only send wake-ups; the worker registers what is run."""


def _nobody(delay: timedelta) -> None:
    """No worker is woken: what is due is run by whoever asks for it."""
