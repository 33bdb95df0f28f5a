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
# A request must not wait for the queue any longer than this; the sweep finds what it could not announce.
LOCK_SECONDS = 2


def open_queue(url: str) -> Huey:
    """`sqlite:///path`, `redis://host`, or `immediate://` (tests: nothing is queued)."""
    if url == IMMEDIATE:
        return Huey(NAME, immediate=True)
    if urlsplit(url).scheme.startswith("redis"):
        return RedisHuey(NAME, url=url)
    path = Path(make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(path), timeout=LOCK_SECONDS)


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


def work(url: str, drain: Callable[[], datetime | None], now: Callable[[], datetime]) -> None:
    """Run `drain` at each wake-up and once a minute, until SIGTERM or SIGINT; a running job is finished first.

    `drain` answers when the next row is due, so that it is looked at then.
    """
    queue = open_queue(url)
    pending: datetime | None = None

    def look() -> None:
        nonlocal pending
        due = drain()
        moment = now()
        # One wake-up ahead is enough; without this every wake-up would add another for ever.
        if due is not None and (pending is None or pending <= moment or due < pending):
            pending = due
            _send(task, due - moment)

    task = _look_task(queue, look)
    queue.periodic_task(crontab(minute="*"), name="sweep")(look)
    consumer = queue.create_consumer(
        workers=1,
        initial_delay=SHORTEST_POLL,
        max_delay=LONGEST_POLL,
        graceful_signal="TERM",
    )
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
