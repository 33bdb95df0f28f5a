"""Rules of the control surface for events not sent yet: drop, duplicate, delay, hold, reorder."""

import random
import sqlite3
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from fake_stripe.runtime import queue
from fake_stripe.runtime.store import Store

ACTIONS = ("drop", "duplicate", "delay", "hold", "reorder")


@dataclass
class DeliveryRule:
    """A rule for the next `count` deliveries (None: all) whose type fits `types`, say "charge.*".

    `delay` waits `seconds`; `hold` keeps until released; `reorder` holds `count` and sends them
    last to first.
    """

    action: str
    types: str = "*"
    count: int | None = None
    seconds: float = 0
    gathered: list[int] = field(default_factory=list)

    def wants(self, event_type: str) -> bool:
        return self.count != 0 and fnmatchcase(event_type, self.types)


def apply(store: Store, rules: list[DeliveryRule], now: float) -> None:
    """Put each delivery that no rule has seen yet through the first rule that wants it.

    Happens inside the caller's transaction.
    """
    for row in queue.take_unsorted(store):
        rule = next((rule for rule in rules if rule.wants(row["type"])), None)
        if rule is None:
            continue
        if rule.count is not None:
            rule.count -= 1
        _apply(store, rule, row, now)


def _apply(store: Store, rule: DeliveryRule, row: sqlite3.Row, now: float) -> None:
    if rule.action == "drop":
        queue.set_state(store, row["seq"], "dropped")
    elif rule.action == "delay":
        queue.postpone(store, row["seq"], now + rule.seconds)
    elif rule.action == "duplicate":
        queue.duplicate(store, row)
    else:
        queue.set_state(store, row["seq"], "held")
        if rule.action == "reorder":
            rule.gathered.append(row["seq"])
            if rule.count == 0:
                release(store, rule.gathered[::-1], now)


def release(store: Store, sequence: list[int], now: float) -> None:
    """Send these held deliveries in this order, after one another."""
    for place, seq in enumerate(sequence):
        queue.release(store, seq, now + (place - len(sequence)) * 1e-4)


def ordered(sequence: list[int], order: str, seed: int) -> list[int]:
    """`created` (as they happened), `reversed`, or `shuffled` by the seed."""
    if order == "reversed":
        return sequence[::-1]
    if order == "shuffled":
        shuffled = list(sequence)
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - a repeatable order
        return shuffled
    return sequence
