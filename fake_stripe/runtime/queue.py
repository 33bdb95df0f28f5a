"""The queue: which event goes to which endpoint, when, and how its attempts went.

One row is one delivery. All but reading happens inside the caller's transaction. Moments are Unix
seconds on the test clock. A delivery is `pending`, `held`, `delivered`, `failed` or `dropped`; its
`endpoint` is "" for that of the command line.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence

from fake_stripe.documents import Document
from fake_stripe.runtime.store import Store


def add(store: Store, account: str, event: Document, endpoint: str, now: float) -> None:
    """Have the event sent to the endpoint."""
    store.connection.execute(
        "INSERT INTO deliveries (account, event, type, endpoint, state, due_at, first_due) VALUES "
        "(?, ?, ?, ?, 'pending', ?, ?)",
        (account, event["id"], event["type"], endpoint, now, now),
    )


def duplicate(store: Store, row: sqlite3.Row) -> None:
    """The same event once more to the same endpoint."""
    store.connection.execute(
        "INSERT INTO deliveries (account, event, type, endpoint, state, due_at, first_due, sorted) "
        "VALUES (?, ?, ?, ?, 'pending', ?, ?, 1)",
        (
            row["account"],
            row["event"],
            row["type"],
            row["endpoint"],
            row["due_at"],
            row["first_due"],
        ),
    )


def accounts_with_pending(store: Store) -> list[str]:
    """The accounts that have deliveries yet to be made."""
    rows = store.rows("SELECT DISTINCT account FROM deliveries WHERE state = 'pending'")
    return [row["account"] for row in rows]


def next_due(store: Store, account: str, now: float, busy: Collection[str]) -> sqlite3.Row | None:
    """The account's delivery that is longest due to an endpoint whose `lane` is not busy."""
    marks = ", ".join("?" * len(busy))
    # Only question marks are written into it, as below.
    rows = store.rows(
        "SELECT * FROM deliveries "  # noqa: S608
        "WHERE state = 'pending' AND account = ? AND due_at <= ? "
        f"AND account || '/' || endpoint NOT IN ({marks}) ORDER BY due_at, seq LIMIT 1",
        (account, now, *busy),
    )
    return next(iter(rows), None)


def lane(row: sqlite3.Row) -> str:
    """What names the endpoint of a delivery among those of all accounts."""
    return f"{row['account']}/{row['endpoint']}"


def waiting(store: Store, account: str, now: float) -> int:
    """How many of the account's deliveries are due and not yet answered."""
    due = (
        "SELECT count(*) AS waiting FROM deliveries "
        "WHERE state = 'pending' AND account = ? AND due_at <= ?"
    )
    return int(store.rows(due, (account, now))[0]["waiting"])


def take_unsorted(store: Store, account: str) -> list[sqlite3.Row]:
    """The account's deliveries that no rule has seen yet, oldest first; now they have been seen."""
    rows = store.rows(
        "SELECT * FROM deliveries WHERE state = 'pending' AND sorted = 0 AND account = ? "
        "ORDER BY seq",
        (account,),
    )
    store.connection.executemany(
        "UPDATE deliveries SET sorted = 1 WHERE seq = ?", [(row["seq"],) for row in rows]
    )
    return rows


def get(store: Store, seq: int) -> sqlite3.Row:
    """The delivery with this number."""
    return store.rows("SELECT * FROM deliveries WHERE seq = ?", (seq,))[0]


def set_state(store: Store, seq: int, state: str) -> None:
    """Put the delivery into one of the states that the module's docstring names."""
    store.connection.execute("UPDATE deliveries SET state = ? WHERE seq = ?", (state, seq))


def postpone(store: Store, seq: int, due_at: float) -> None:
    """Make the delivery due at another moment."""
    store.connection.execute("UPDATE deliveries SET due_at = ? WHERE seq = ?", (due_at, seq))


def release(store: Store, seq: int, due_at: float) -> None:
    """Send a held delivery at `due_at`; no rule sees it again."""
    store.connection.execute(
        "UPDATE deliveries SET state = 'pending', sorted = 1, due_at = ? WHERE seq = ?",
        (due_at, seq),
    )


def resend(store: Store, event: str, now: float) -> int:
    """Begin anew with every delivery of the event, whatever became of it; how many."""
    return store.connection.execute(
        "UPDATE deliveries SET state = 'pending', sorted = 1, due_at = ?, first_due = ? WHERE "
        "event = ?",
        (now, now, event),
    ).rowcount


def drop(store: Store, event: str) -> int:
    """Give up every delivery of the event that has yet to be made; how many."""
    return store.connection.execute(
        "UPDATE deliveries SET state = 'dropped' WHERE event = ? AND state IN ('pending', 'held')",
        (event,),
    ).rowcount


def note_attempts(
    store: Store, seq: int, state: str, attempts: list[Document], due_at: float
) -> None:
    """What became of a delivery after all `attempts` so far."""
    store.connection.execute(
        "UPDATE deliveries SET state = ?, attempts = ?, due_at = ? WHERE seq = ?",
        (state, json.dumps(attempts), due_at, seq),
    )


def forget(store: Store, events: Sequence[str]) -> None:
    """Forget every delivery of these events."""
    store.connection.executemany(
        "DELETE FROM deliveries WHERE event = ?", [(event,) for event in events]
    )


def endpoints_of(store: Store, event: str) -> list[str]:
    """The endpoints that the event was for."""
    rows = store.rows("SELECT DISTINCT endpoint FROM deliveries WHERE event = ?", (event,))
    return [row["endpoint"] for row in rows]


def account_of(store: Store, event: str) -> str | None:
    """The account of an event that was for an endpoint; None for any other."""
    rows = store.rows("SELECT account FROM deliveries WHERE event = ? LIMIT 1", (event,))
    return str(rows[0]["account"]) if rows else None


def with_pending(store: Store, events: list[Document]) -> list[Document]:
    """Set `pending_webhooks`: to how many endpoints each event has yet to be delivered."""
    if not events:
        return []
    rows = store.rows(
        "SELECT event, count(DISTINCT endpoint) AS waiting FROM deliveries "  # noqa: S608
        f"WHERE event IN ({', '.join('?' * len(events))}) AND state IN ('pending', 'held') GROUP "
        "BY event",
        [event["id"] for event in events],
    )
    counted = {row["event"]: row["waiting"] for row in rows}
    for event in events:
        event["pending_webhooks"] = counted.get(event["id"], 0)
    return events


def counts(store: Store, account: str) -> dict[str, int]:
    """How many deliveries of the account's events are in each state but delivered."""
    query = (
        "SELECT state, count(*) AS number FROM deliveries WHERE account = ? AND state <> "
        "'delivered' GROUP BY state"
    )
    return {row["state"]: row["number"] for row in store.rows(query, (account,))}


def listing(store: Store, last: int = -1, **wanted: str | Collection[str] | None) -> list[Document]:
    """The `last` deliveries with their attempts, oldest first; all where `last` is negative.

    `wanted` are columns with the value, or the values, that they have to have; None: any.
    """
    conditions, arguments = ["1"], list[object]()
    for column, value in wanted.items():
        if value is not None:
            values = [value] if isinstance(value, str) else list(value)
            conditions.append(f"{column} IN ({', '.join('?' * len(values))})")
            arguments.extend(values)
    rows = store.rows(
        f"SELECT * FROM deliveries WHERE {' AND '.join(conditions)} "  # noqa: S608 - our names
        "ORDER BY seq DESC LIMIT ?",
        (*arguments, last),
    )
    return [{**dict(row), "attempts": json.loads(row["attempts"])} for row in reversed(rows)]
