"""The accounts of an offline Stripe and all that becomes due in them. No requests, no sockets."""

import logging
import random
import sqlite3
import threading
import time
from collections import deque

from fake_stripe.clock import Clock
from fake_stripe.core import tasks
from fake_stripe.deliveries.dispatcher import PATIENCE, Dispatcher
from fake_stripe.deliveries.post import post
from fake_stripe.deliveries.webhooks import Sender
from fake_stripe.errors import missing
from fake_stripe.faults import Faults
from fake_stripe.http.idempotency import Keys
from fake_stripe.http.request_log import Received
from fake_stripe.runtime.session import Session
from fake_stripe.runtime.settings import DEFAULT_WEBHOOK_SECRET, Settings
from fake_stripe.runtime.store import Store

log = logging.getLogger("fake_stripe")
# Seconds until a task that crashed is tried again, so that it cannot hold up the others.
TASK_RETRY = 60


class Engine:
    """Every account of one offline Stripe, behind one lock.

    `state` is a file to keep it in; `seed` makes ids repeatable; `sender` delivers events. `due` is
    set when something may have become due, `closed` at the end.
    """

    def __init__(
        self,
        webhook_url: str | None = None,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        *,
        state: str | None = None,
        clock: Clock | None = None,
        seed: int | None = None,
        sender: Sender = post,
    ) -> None:
        self.store = Store(state)
        self.settings = Settings(webhook_url, webhook_secret)
        self.clock = clock or Clock(offset=float(self.store.fact("", "clock_offset") or 0))
        self.random = random.Random(seed)  # noqa: S311 - ids of a fake, repeatable on purpose
        self.sender = sender
        self.due = threading.Event()
        self.closed = threading.Event()
        self._advancing = threading.Lock()
        self.dispatcher = Dispatcher(self.store, self.settings, self.clock, self.due)
        self.rules = self.dispatcher.rules
        self.keys = Keys(self.store)
        self.faults = Faults(time.sleep)
        self.received: deque[Received] = deque(maxlen=1000)

    def session(
        self, account: str, request_id: str | None = None, key: str | None = None
    ) -> Session:
        """A session on the account, to be used inside `store.transaction()`."""
        return Session(
            self.store, self.settings, self.random, account, int(self.clock.now()), request_id, key
        )

    def session_of(self, identifier: str) -> Session:
        """As `session`, on the account that the object belongs to.

        Raises ApiError 404 where there is no such object.
        """
        account = self.store.owner(identifier)
        if account is None:
            raise missing("object", identifier)
        return self.session(account)

    def run_due(self, patience: float = PATIENCE) -> int:
        """Do every task and send every delivery that is due; how many attempts were made."""
        self.run_tasks()
        return self.dispatcher.send_due(self.sender, patience)

    def run_tasks(self) -> int:
        """Do what is due, each task in its own transaction, including what those tasks make due."""
        done = 0
        while task := self._due_task(now := self.clock.now()):
            self._do(task, now)
            done += 1
        return done

    def _due_task(self, until: float) -> sqlite3.Row | None:
        due = "SELECT * FROM tasks WHERE due_at <= ? ORDER BY due_at, seq LIMIT 1"
        return next(iter(self.store.rows(due, (until,))), None)

    def _do(self, task: sqlite3.Row, until: float) -> None:
        """Do the task, unless another thread has.

        One that crashes is put off until after `until`.
        """
        # A number is used again once its task is done, so it alone says little.
        take = "DELETE FROM tasks WHERE (seq, account, due_at, name, arguments) = (?, ?, ?, ?, ?)"
        put_off = (
            "UPDATE tasks SET due_at = ? WHERE (seq, account, due_at, name, arguments) = (?, ?, ?, "
            "?, ?)"
        )
        try:
            with self.store.transaction():
                if self.store.connection.execute(take, tuple(task)).rowcount:
                    tasks.run(self.session(task["account"]), task["name"], task["arguments"])
                    self._keep_clock()
        except Exception:  # one broken task must not stop those after it
            log.exception("a task crashed and is put off: %s %s", task["name"], task["arguments"])
            with self.store.transaction():
                self.store.connection.execute(put_off, (until + TASK_RETRY, *task))

    def start_due(self) -> None:
        """Do every task that is due and begin every delivery, without waiting for endpoints."""
        self.run_tasks()
        self.dispatcher.start_due(self.sender, self.clock.now())

    def advance(self, seconds: float) -> None:
        """Move the test clock, doing each task at its own moment on the way.

        Deliveries follow with `run_due`.
        """
        with self._advancing:
            target = self.clock.now() + seconds
            while task := self._due_task(target):
                self.clock.advance_to(task["due_at"])
                self._do(task, target)
            self.clock.advance_to(target)
            with self.store.transaction():
                self._keep_clock()
        self.due.set()

    def _keep_clock(self) -> None:
        """Keep the moment with what is done at it: after a crash nothing comes from the future."""
        if self.clock.offset:
            self.store.set_fact("", "clock_offset", str(self.clock.offset))

    def close(self) -> None:
        """Let go of the state file; nothing is done from now on."""
        self.closed.set()
        self.due.set()
        self.store.close()
