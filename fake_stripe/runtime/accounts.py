"""The accounts, and what the control surface has set about each: no account touches another."""

import threading
from collections import deque
from dataclasses import dataclass, field

from fake_stripe.clock import Clock
from fake_stripe.documents import Params
from fake_stripe.faults import Faults
from fake_stripe.runtime.settings import DeliveryRule, Settings
from fake_stripe.runtime.store import Store

REQUESTS_KEPT = 1000


@dataclass(frozen=True)
class Received:
    """One request as it came in.

    `at` is Unix seconds on the account's clock; `version` is that of the API that was asked for,
    None where none was; status 0 means that it never arrived.
    """

    at: int
    method: str
    path: str
    params: Params
    idempotency_key: str | None
    status: int
    request_id: str | None
    version: str | None


@dataclass
class Account:
    """One account, named by the ending of its keys. Only its clock outlives a restart."""

    name: str
    clock: Clock
    settings: Settings
    faults: Faults = field(default_factory=Faults)
    rules: list[DeliveryRule] = field(default_factory=list)
    received: deque[Received] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    # Held while the clock moves: two leaps at once would do a task at the wrong moment.
    moving: threading.Lock = field(default_factory=threading.Lock)


class Accounts:
    """Every account that has been seen, and the default one, which is meant where none is named.

    The default account is the one that the server was started for, or else the first that was ever
    seen. What is set before there is any waits for it under the name "".
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock, default: str | None) -> None:
        self._store, self._settings = store, settings
        # A state without accounts, or of before each had its own, has one clock.
        offset = float(store.fact("", "clock_offset") or clock.offset)
        self._clock = clock.with_offset(offset)
        first = store.fact("", "first_account") or store.first_account()
        self.default = self._made(default or first or "")
        self._by_name = {self.default.name: self.default}

    def of(self, name: str | None) -> Account:
        """The account with this name, new where it was never seen; the default one for None."""
        if name is None:
            return self.default
        found = self._by_name.get(name)
        return found or self._new(name)

    def _new(self, name: str) -> Account:
        with self._store.lock:
            if name not in self._by_name:
                self._by_name[name] = self._made(name) if self.default.name else self._first(name)
            return self._by_name[name]

    def _first(self, name: str) -> Account:
        """The default account gets the name of the first that is seen."""
        account = self.default
        account.name = name
        self._store.set_fact("", "first_account", name)
        self._store.set_fact("", "clock_offset", "")
        if account.clock.offset:
            self.keep_clock(account)
        return account

    def _made(self, name: str) -> Account:
        offset = float(self._store.fact(name, "clock_offset") or self._clock.offset)
        settings = Settings(self._settings.webhook_url, self._settings.webhook_secret)
        return Account(name, self._clock.with_offset(offset), settings)

    def keep_clock(self, account: Account) -> None:
        """Keep how far the account's clock was moved, inside the caller's transaction."""
        self._store.set_fact(account.name, "clock_offset", str(account.clock.offset))
