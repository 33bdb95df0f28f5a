"""Which delivery is sent next, and by whom.

Each endpoint gets its events in order, and none waits for another.
"""

import logging
import sqlite3
import threading
import time
from collections import Counter

from fake_stripe.deliveries import rules, webhooks
from fake_stripe.runtime import queue
from fake_stripe.runtime.accounts import Account, Accounts
from fake_stripe.runtime.store import Store

log = logging.getLogger("fake_stripe.deliveries")
# An account's endpoints that can be sent to at once; only as many that hang hold up another of it.
MOST_AT_ONCE = 64
# Seconds to wait for what is due: somewhat longer than one attempt may take.
PATIENCE = webhooks.TIMEOUT + 5


class Dispatcher:
    """Sends what is due, to each endpoint of an account one event after another, oldest first.

    In the caller's thread, which keeps that order across endpoints too, or, once `in_threads` is
    set, to each endpoint in a thread of its own. What is under way is known to the process only:
    after a crash it is sent again. No lock is held while an endpoint is asked.
    """

    def __init__(self, store: Store, accounts: Accounts, due: threading.Event) -> None:
        self.in_threads = False
        self._store, self._accounts, self._due = store, accounts, due
        self._changed = threading.Condition()
        self._busy: set[str] = set()
        self._attempts: Counter[str] = Counter()

    def start_due(self, sender: webhooks.Sender) -> None:
        """Begin with everything that is due now; without threads, finish it too."""
        for account in self._with_pending():
            self._start(account, account.clock.now(), sender)

    def _start(self, account: Account, now: float, sender: webhooks.Sender) -> None:
        """As `start_due`, for what is due to the account at `now`."""
        while row := self._claim(account, now):
            if self.in_threads:
                name = f"fake-stripe-delivery-{row['seq']}"
                threading.Thread(
                    target=self._deliver, args=(row, sender), name=name, daemon=True
                ).start()
            else:
                self._deliver(row, sender)

    def send_due(
        self, sender: webhooks.Sender, patience: float = PATIENCE, account: Account | None = None
    ) -> int:
        """Send what is due and wait for it, `patience` seconds of real time at most.

        Of `account` only, where one is given. Returns the number of attempts made meanwhile.
        """
        chosen = [account] if account else self._with_pending()
        give_up = time.monotonic() + patience
        return sum(self._send(one, sender, give_up) for one in chosen)

    def _with_pending(self) -> list[Account]:
        return [self._accounts.of(name) for name in queue.accounts_with_pending(self._store)]

    def _send(self, account: Account, sender: webhooks.Sender, give_up: float) -> int:
        now, before, seen = account.clock.now(), self._attempts[account.name], -1
        while self._attempts[account.name] != seen or self._wait(account.name, seen, give_up):
            seen = self._attempts[account.name]
            self._start(account, now, sender)
        return self._attempts[account.name] - before

    def _wait(self, account: str, seen: int, give_up: float) -> bool:
        """Wait while one of its endpoints is being asked; whether there was another attempt."""
        with self._changed:
            self._changed.wait_for(
                lambda: seen != self._attempts[account] or not self._busy_with(account),
                give_up - time.monotonic(),
            )
            return seen != self._attempts[account]

    def _busy_with(self, account: str) -> int:
        """How many endpoints of the account are being asked."""
        return sum(lane.partition("/")[0] == account for lane in self._busy)

    def waiting(self, account: Account) -> int:
        """How many deliveries are due and not yet answered."""
        return queue.waiting(self._store, account.name, account.clock.now())

    def _claim(self, account: Account, now: float) -> sqlite3.Row | None:
        """The delivery that is longest due to an idle endpoint, which is busy from now on.

        Rules see every new delivery and one is taken in a single transaction: none that comes
        between the two is sent without having been seen.
        """
        with self._changed:
            if self._busy_with(account.name) >= MOST_AT_ONCE:
                return None
            with self._store.transaction():
                rules.apply(self._store, account)
                row = queue.next_due(self._store, account.name, now, self._busy)
            if row:
                self._busy.add(queue.lane(row))
        return row

    def _deliver(self, row: sqlite3.Row, sender: webhooks.Sender) -> None:
        try:
            self._attempt(row, sender)
        finally:
            with self._changed:
                self._busy.discard(queue.lane(row))
                self._attempts[row["account"]] += 1
                self._changed.notify_all()
        self._due.set()

    def _attempt(self, row: sqlite3.Row, sender: webhooks.Sender) -> None:
        account = self._accounts.of(row["account"])
        try:
            delivery = webhooks.prepare(self._store, account.settings, row)
            outcome = webhooks.attempt(delivery, sender) if delivery else None
        except Exception:  # unheard of in a thread, and the delivery would stay due for ever
            if not self.in_threads:
                raise
            log.exception(
                "a delivery crashed, which counts as an attempt that failed: %s", row["event"]
            )
            outcome = (0, "could not be sent")
        with self._store.transaction():
            webhooks.record(self._store, row, outcome, account.clock.now())
