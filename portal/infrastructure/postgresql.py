"""How long anything here waits for PostgreSQL, whatever keeps it from answering."""

from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout
from psycopg.rows import TupleRow
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_SECONDS = 3
# For a lock that another transaction holds; ours hold theirs for milliseconds.
LOCK_SECONDS = 5
# For one statement, measured by the server.
STATEMENT_SECONDS = 8
# For one answer, measured here: a server that is frozen measures nothing.
ANSWER_SECONDS = 10.0
# A transaction that only reads may be open while Stripe is asked; one that nobody ends goes.
IDLE_SECONDS = 60


def connect_arguments() -> dict[str, object]:
    """libpq's parameters (postgresql.org/docs/current/libpq-connect.html)."""
    limits = {
        "lock_timeout": LOCK_SECONDS,
        "statement_timeout": STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    return {
        "connect_timeout": CONNECT_SECONDS,
        "options": " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()),
        # A machine that is gone sends no word of it: found out within about ten seconds.
        "keepalives_idle": 4,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": int(ANSWER_SECONDS * 1000),
    }


def connect(
    dialect: Dialect, record: ConnectionPoolEntry, arguments: list[Any], named: dict[str, Any]
) -> psycopg.Connection[TupleRow]:
    """SQLAlchemy's hook for opening a connection."""
    return _Connection.connect(*arguments, **named)


class _Connection(psycopg.Connection[TupleRow]):
    """Gives up on a server that does not answer, and with it the connection."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """The library's, never without a time-out. Raises OperationalError."""
        if timeout is None:
            timeout = ANSWER_SECONDS
        try:
            return super().wait(gen, interval, timeout)
        except _WaitTimeout:
            # What it still answers would be taken for the answer to something else.
            self.pgconn.finish()
            raise psycopg.OperationalError("the database does not answer") from None
