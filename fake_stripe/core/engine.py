"""The accounts of an offline Stripe and all that becomes due in them. No requests, no sockets."""

import logging
import random
import sqlite3
import threading

from fake_stripe.clock import Clock
from fake_stripe.core import tasks
from fake_stripe.deliveries.dispatcher import PATIENCE, Dispatcher
from fake_stripe.deliveries.post import post
from fake_stripe.deliveries.webhooks import Sender
from fake_stripe.errors import ApiError, missing
from fake_stripe.faults import Faults
from fake_stripe.http.idempotency import Keys
from fake_stripe.runtime.accounts import Account, Accounts
from fake_stripe.runtime.session import Session
from fake_stripe.runtime.settings import DEFAULT_WEBHOOK_SECRET, Settings
from fake_stripe.runtime.store import Store

log = logging.getLogger("fake_stripe")
# Seconds until a task that crashed is tried again, so that it cannot hold up the others.
TASK_RETRY = 60


class Engine:
    """Every account of one offline Stripe, behind one lock.

    `account` is the default one, `state` a file to keep everything in; `seed` makes ids repeatable;
    `sender` delivers events; `strict_version` refuses requests for another version of the API than
    the one spoken here. `due` is set when something may have become due, `closed` at the end.
    """

    def __init__(
        self,
        webhook_url: str | None = None,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        *,
        account: str | None = None,
        state: str | None = None,
        clock: Clock | None = None,
        seed: int | None = None,
        sender: Sender = post,
        strict_version: bool = False,
    ) -> None:
        self.strict_version = strict_version
        self.store = Store(state)
        settings = Settings(webhook_url, webhook_secret)
        self.accounts = Accounts(self.store, settings, clock or Clock(), account)
        self.random = random.Random(seed)  # noqa: S311 - ids of a fake, repeatable on purpose
        self.sender = sender
        self.due = threading.Event()
        self.closed = threading.Event()
        self.dispatcher = Dispatcher(self.store, self.accounts, self.due)
        self.keys = Keys(self.store)

    @property
    def clock(self) -> Clock:
        """The default account's clock."""
        return self.accounts.default.clock

    @property
    def settings(self) -> Settings:
        """The default account's settings."""
        return self.accounts.default.settings

    @property
    def faults(self) -> Faults:
        """The default account's faults."""
        return self.accounts.default.faults

    def session(
        self, account: str, request_id: str | None = None, key: str | None = None
    ) -> Session:
        """A session on the account, to be used inside `store.transaction()`."""
        about = self.accounts.of(account)
        now = int(about.clock.now())
        return Session(self.store, about.settings, self.random, account, now, request_id, key)

    def session_of(self, identifier: str, account: str | None = None) -> Session:
        """As `session`, on the account that the object belongs to.

        Raises ApiError 404 where there is no such object, or none of `account` where that is named.
        """
        owner = self.store.owner(identifier)
        if owner is None or account not in (None, owner):
            raise missing("object", identifier)
        return self.session(owner)

    def run_due(self, patience: float = PATIENCE, account: Account | None = None) -> int:
        """Do every task and send every delivery that is due; how many attempts were made.

        Only those of `account`, where one is given.
        """
        self.run_tasks(account)
        return self.dispatcher.send_due(self.sender, patience, account)

    def run_tasks(self, account: Account | None = None) -> int:
        """Do what is due, each task in its own transaction, including what those tasks make due."""
        done = 0
        for one in [account] if account else self._with_tasks():
            while task := self._due_task(one, now := one.clock.now()):
                self._do(one, task, now)
                done += 1
        return done

    def _with_tasks(self) -> list[Account]:
        rows = self.store.rows("SELECT DISTINCT account FROM tasks")
        return [self.accounts.of(row["account"]) for row in rows]

    def _due_task(self, account: Account, until: float) -> sqlite3.Row | None:
        due = "SELECT * FROM tasks WHERE account = ? AND due_at <= ? ORDER BY due_at, seq LIMIT 1"
        return next(iter(self.store.rows(due, (account.name, until))), None)

    def _do(self, account: Account, task: sqlite3.Row, until: float) -> None:
        """Do the task, unless another thread has.

        One that crashes is put off until after `until`.
        """
        # A number is used again once its task is done, so it alone says little.
        take = "DELETE FROM tasks WHERE (seq, account, due_at, name, arguments) = (?, ?, ?, ?, ?)"
        put_off = (
            "UPDATE tasks SET due_at = ? WHERE (seq, account, due_at, name, arguments) = "
            "(?, ?, ?, ?, ?)"
        )
        try:
            with self.store.transaction():
                if self.store.connection.execute(take, tuple(task)).rowcount:
                    tasks.run(self.session(account.name), task["name"], task["arguments"])
                    self.accounts.keep_clock(account)
        except Exception:  # one broken task must not stop those after it
            log.exception("a task crashed and is put off: %s %s", task["name"], task["arguments"])
            with self.store.transaction():
                self.store.connection.execute(put_off, (until + TASK_RETRY, *task))

    def start_due(self) -> None:
        """Do every task that is due and begin every delivery, without waiting for endpoints."""
        self.run_tasks()
        self.dispatcher.start_due(self.sender)

    def advance(self, seconds: float, account: Account | None = None) -> None:
        """Move the clock of an account (the default one), doing each task at its own moment.

        Each moment is kept with what is done at it: after a crash nothing comes from the future.
        Deliveries follow with `run_due`.
        """
        account = account or self.accounts.default
        with account.moving:
            target = account.clock.now() + seconds
            while task := self._due_task(account, target):
                account.clock.advance_to(task["due_at"])
                self._do(account, task, target)
            account.clock.advance_to(target)
            with self.store.transaction():
                self.accounts.keep_clock(account)
        self.due.set()

    def begin(self, seconds_ago: float, account: Account) -> None:
        """Put back the clock of an account that has nothing yet: its history can be played.

        Raises ApiError 400 where it has objects, which would come to lie in the future.
        """
        with account.moving, self.store.transaction():
            if account.name in self.store.accounts():
                raise ApiError("This account has objects: its clock only goes forward.")
            account.clock.put_back(seconds_ago)
            self.accounts.keep_clock(account)

    def close(self) -> None:
        """Let go of the state file; nothing is done from now on."""
        self.closed.set()
        self.due.set()
        self.store.close()
