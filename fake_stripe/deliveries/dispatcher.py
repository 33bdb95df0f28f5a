"""Which delivery is sent next, and by whom.

Each endpoint gets its events in order, and none waits for another.
"""

import logging
import sqlite3
import threading
import time

from fake_stripe.clock import Clock
from fake_stripe.deliveries import rules, webhooks
from fake_stripe.deliveries.rules import DeliveryRule
from fake_stripe.runtime import queue
from fake_stripe.runtime.settings import Settings
from fake_stripe.runtime.store import Store

log = logging.getLogger("fake_stripe.deliveries")
# Endpoints that can be sent to at once; only as many that hang could hold up another.
MOST_AT_ONCE = 64
# Seconds to wait for what is due: somewhat longer than one attempt may take.
PATIENCE = webhooks.TIMEOUT + 5


class Dispatcher:
    """Sends what is due, to each endpoint of an account one event after another, oldest first.

    In the caller's thread, which keeps that order across endpoints too, or, once `in_threads` is
    set, to each endpoint in a thread of its own. What is under way is known to the process only:
    after a crash it is sent again. No lock is held while an endpoint is asked.
    """

    def __init__(
        self, store: Store, settings: Settings, clock: Clock, due: threading.Event
    ) -> None:
        self.rules: list[DeliveryRule] = []
        self.in_threads = False
        self._store, self._settings, self._clock, self._due = store, settings, clock, due
        self._changed = threading.Condition()
        self._busy: set[str] = set()
        self._attempts = 0

    def start_due(self, sender: webhooks.Sender, now: float) -> None:
        """Begin with everything that was due at `now`; without threads, finish it too."""
        while row := self._claim(now):
            if self.in_threads:
                name = f"fake-stripe-delivery-{row['seq']}"
                threading.Thread(
                    target=self._deliver, args=(row, sender), name=name, daemon=True
                ).start()
            else:
                self._deliver(row, sender)

    def send_due(self, sender: webhooks.Sender, patience: float = PATIENCE) -> int:
        """Send what is due and wait for it, `patience` seconds of real time at most.

        Returns the number of attempts made meanwhile.
        """
        now, before, give_up = self._clock.now(), self._attempts, time.monotonic() + patience
        seen = -1
        while self._attempts != seen or self._wait_for_another(seen, give_up):
            seen = self._attempts
            self.start_due(sender, now)
        return self._attempts - before

    def _wait_for_another(self, seen: int, give_up: float) -> bool:
        """Wait while an endpoint is being asked; whether there has been an attempt after `seen`."""
        with self._changed:
            self._changed.wait_for(
                lambda: seen != self._attempts or not self._busy, give_up - time.monotonic()
            )
            return seen != self._attempts

    def waiting(self) -> int:
        """How many deliveries are due and not yet answered."""
        return queue.waiting(self._store, self._clock.now())

    def _claim(self, now: float) -> sqlite3.Row | None:
        """The delivery that is longest due to an idle endpoint, which is busy from now on."""
        with self._changed:
            if len(self._busy) >= MOST_AT_ONCE:
                return None
            with self._store.transaction():
                rules.apply(self._store, self.rules, now)
            row = queue.next_due(self._store, now, self._busy)
            if row:
                self._busy.add(queue.lane(row))
        return row

    def _deliver(self, row: sqlite3.Row, sender: webhooks.Sender) -> None:
        try:
            self._attempt(row, sender)
        finally:
            with self._changed:
                self._busy.discard(queue.lane(row))
                self._attempts += 1
                self._changed.notify_all()
        self._due.set()

    def _attempt(self, row: sqlite3.Row, sender: webhooks.Sender) -> None:
        try:
            delivery = webhooks.prepare(self._store, self._settings, row)
            outcome = webhooks.attempt(delivery, sender) if delivery else None
        except Exception:  # unheard of in a thread, and the delivery would stay due for ever
            if not self.in_threads:
                raise
            log.exception(
                "a delivery crashed, which counts as an attempt that failed: %s", row["event"]
            )
            outcome = (0, "could not be sent")
        with self._store.transaction():
            webhooks.record(self._store, row, outcome, self._clock.now())
