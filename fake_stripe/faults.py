"""Injected faults: what goes wrong between a client and Stripe."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

KINDS = ("429", "500", "timeout", "slow", "unreachable")


@dataclass
class Fault:
    """Hits the next `count` requests that fit `match`, such as "POST /v1/payment_intents*".

    `executed`: the work is done although the answer is a 500 or is lost on the way back.
    """

    kind: str
    match: str = "*"
    count: int = 1
    seconds: float = 0
    executed: bool = False


class Faults:
    """The faults that are still to come, in the order in which they were asked for."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._pending: list[Fault] = []
        self.sleep = sleep
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """One more, after those that are there."""
        with self._lock:
            self._pending.append(fault)

    def clear(self) -> None:
        """None any more."""
        with self._lock:
            self._pending.clear()

    def listed(self) -> list[Fault]:
        """Those still to come, in their order."""
        with self._lock:
            return list(self._pending)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used up by one."""
        with self._lock:
            fault = next(
                (fault for fault in self._pending if fnmatchcase(f"{method} {path}", fault.match)),
                None,
            )
            if fault is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self._pending.remove(fault)
            return fault
