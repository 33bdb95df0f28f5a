"""Rules of the control surface for events not sent yet: drop, duplicate, delay, hold, reorder."""

import random
import sqlite3

from fake_stripe.runtime import queue
from fake_stripe.runtime.accounts import Account
from fake_stripe.runtime.settings import DeliveryRule
from fake_stripe.runtime.store import Store


def apply(store: Store, account: Account) -> None:
    """Put each delivery that no rule has seen yet through the account's first rule that wants it.

    Happens inside the caller's transaction.
    """
    for row in queue.take_unsorted(store, account.name):
        rule = next((rule for rule in account.rules if rule.wants(row["type"])), None)
        if rule is None:
            continue
        if rule.count is not None:
            rule.count -= 1
        _apply(store, rule, row, account.clock.now())


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
