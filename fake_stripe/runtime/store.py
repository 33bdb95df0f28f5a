"""The one store: SQLite, in memory or in a file; every change is one transaction."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from fake_stripe.documents import Document
from fake_stripe.objects import BLANKS

# Fields by which lists are filtered; each is a column beside the document.
LINKS = ("customer", "payment_intent", "charge", "payout", "source", "type", "status")
# Those with an index of their own, across accounts and kinds.
INDEXED = ("customer", "payment_intent", "charge", "payout", "source")

# An event's `status` is 'undelivered' while one of its deliveries is: triggers keep it so.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL, customer TEXT, payment_intent TEXT, charge TEXT, payout TEXT,
    source TEXT, type TEXT, status TEXT, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_newest ON objects (account, kind, created, seq);
CREATE INDEX IF NOT EXISTS objects_customer ON objects (customer, created, seq)
    WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_intent ON objects (payment_intent, created, seq)
    WHERE payment_intent IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_charge ON objects (charge, created, seq)
    WHERE charge IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_payout ON objects (payout, created, seq)
    WHERE payout IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_source ON objects (source, created, seq)
    WHERE source IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_type ON objects (account, kind, type, created, seq)
    WHERE type IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_unpaid_money ON objects
    (account, json_extract(body, '$.available_on'), json_extract(body, '$.net'))
    WHERE kind = 'balance_transaction' AND payout IS NULL;
CREATE INDEX IF NOT EXISTS objects_delivery ON objects (account, status, created, seq)
    WHERE kind = 'event';
CREATE INDEX IF NOT EXISTS objects_email ON objects
    (account, json_extract(body, '$.email'), created, seq)
    WHERE kind = 'customer' AND json_extract(body, '$.email') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_group ON objects
    (account, json_extract(body, '$.transfer_group'), created, seq)
    WHERE kind = 'charge' AND json_extract(body, '$.transfer_group') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_purpose ON objects
    (account, json_extract(body, '$.purpose'), created, seq)
    WHERE kind = 'file' AND json_extract(body, '$.purpose') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_currency ON objects
    (account, json_extract(body, '$.currency'), created, seq)
    WHERE kind = 'balance_transaction' AND json_extract(body, '$.currency') IS NOT NULL;
CREATE TABLE IF NOT EXISTS tasks (
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, due_at REAL NOT NULL, name TEXT NOT NULL,
    arguments TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS tasks_due_of ON tasks (account, due_at, seq);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, event TEXT NOT NULL, type TEXT NOT NULL,
    endpoint TEXT NOT NULL, state TEXT NOT NULL, due_at REAL NOT NULL, first_due REAL NOT NULL,
    sorted INTEGER NOT NULL DEFAULT 0, attempts TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS deliveries_due_of ON deliveries (account, due_at, seq)
    WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_new_of ON deliveries (account, seq)
    WHERE state = 'pending' AND sorted = 0;
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE INDEX IF NOT EXISTS deliveries_undelivered ON deliveries (event)
    WHERE state <> 'delivered';
CREATE TRIGGER IF NOT EXISTS event_to_deliver AFTER INSERT ON deliveries
    BEGIN UPDATE objects SET status = 'undelivered' WHERE id = new.event; END;
CREATE TRIGGER IF NOT EXISTS event_delivered AFTER UPDATE OF state ON deliveries
    BEGIN UPDATE objects SET status = (SELECT 'undelivered' FROM deliveries
        WHERE event = new.event AND state <> 'delivered' LIMIT 1) WHERE id = new.event; END;
-- A state of an earlier version has the status yet to come.
UPDATE objects SET status = 'undelivered' WHERE status IS NULL
    AND id IN (SELECT event FROM deliveries WHERE state <> 'delivered');
CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, created REAL NOT NULL,
    status INTEGER NOT NULL, request_id TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (account, key));
CREATE INDEX IF NOT EXISTS answers_of ON answers (account, created);
CREATE TABLE IF NOT EXISTS contents (file TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (account TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (account, name));
"""
# Indexes of earlier versions, which a state file may still have.
_OLD_INDEXES = (
    "tasks_due",
    "deliveries_due",
    "deliveries_new",
    "answers_created",
    "objects_unpaid",
)


# Each table of a database with each of its columns.
_COLUMNS = (
    "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE "
    "t.type = 'table'"
)


class StateUnusable(Exception):
    """The file cannot keep the state; the message says which and why."""


class Store:
    """Objects, scheduled tasks, deliveries and kept answers, behind one lock.

    In memory, or in a file that this process then has to itself. Raises StateUnusable.
    """

    def __init__(self, path: str | None = None) -> None:
        self.lock = threading.RLock()
        with ExitStack() as undo:
            undo.enter_context(_saying_why(path))
            self.connection = sqlite3.connect(
                path or ":memory:", isolation_level=None, check_same_thread=False
            )
            undo.callback(self.connection.close)
            self.connection.row_factory = sqlite3.Row
            if path:
                self._take()
            self.connection.executescript(_SCHEMA)
            for index in _OLD_INDEXES:
                self.connection.execute(f"DROP INDEX IF EXISTS {index}")
            self.salt = self._salt()
            undo.pop_all()  # opened whole: whoever made it closes it

    def _take(self) -> None:
        """Lock the file until it is closed, and check it before anything is written to it."""
        self.connection.execute("PRAGMA busy_timeout = 1000")
        self.connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        found = {tuple(row) for row in self.connection.execute(_COLUMNS)}
        tables = {table for table, _ in found}
        if found != {column for column in _own_columns() if column[0] in tables}:
            raise sqlite3.DatabaseError("it holds something else, or the state of another version")
        damage = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise sqlite3.DatabaseError(f"it is damaged ({damage})")
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")

    def _salt(self) -> str:
        with self.transaction():
            salt = self.fact("", "salt") or secrets.token_hex(16)
            self.set_fact("", "salt", salt)
        return salt

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does. Transactions do not nest."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:  # Ctrl-C too must leave nothing half done
                if self.connection.in_transaction:  # a full disk has ended it already
                    self.connection.execute("ROLLBACK")
                raise

    def rows(
        self, sql: str, arguments: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """The rows of one statement, all read before another thread may write."""
        with self.lock:
            return self.connection.execute(sql, arguments).fetchall()

    def close(self) -> None:
        """Let go of the file; the store cannot be used any more."""
        with self.lock:
            self.connection.close()

    def get(self, account: str, identifier: str, kind: str | None = None) -> Document | None:
        """The account's object with this id (and of this kind), or None."""
        rows = self.rows(
            "SELECT kind, body FROM objects WHERE id = ? AND account = ?", (identifier, account)
        )
        if not rows or (kind is not None and rows[0]["kind"] != kind):
            return None
        return inflate(rows[0]["kind"], rows[0]["body"])

    def owner(self, identifier: str) -> str | None:
        """The account that the object belongs to."""
        rows = self.rows("SELECT account FROM objects WHERE id = ?", (identifier,))
        return str(rows[0]["account"]) if rows else None

    def accounts(self) -> list[str]:
        """The accounts that have objects, in the order of their names."""
        step = "SELECT (SELECT min(account) FROM objects WHERE account > name) FROM found"
        rows = self.rows(
            "WITH RECURSIVE found (name) AS ("  # noqa: S608
            f"SELECT min(account) FROM objects UNION ALL {step} WHERE name IS NOT NULL) "
            "SELECT name FROM found WHERE name IS NOT NULL"
        )
        return [row["name"] for row in rows]

    def types(self, account: str, kind: str) -> list[str]:
        """The types that the account's objects of this kind have, in the order of their names."""
        of_kind = "FROM objects WHERE account = :account AND kind = :kind"
        step = f"SELECT (SELECT min(type) {of_kind} AND type > name) FROM found"  # noqa: S608
        rows = self.rows(
            "WITH RECURSIVE found (name) AS ("  # noqa: S608
            f"SELECT min(type) {of_kind} AND type IS NOT NULL "
            f"UNION ALL {step} WHERE name IS NOT NULL) "
            "SELECT name FROM found WHERE name IS NOT NULL",
            {"account": account, "kind": kind},
        )
        return [row["name"] for row in rows]

    def first_account(self) -> str | None:
        """The account that made the first object there is."""
        rows = self.rows("SELECT account FROM objects ORDER BY seq LIMIT 1")
        return str(rows[0]["account"]) if rows else None

    def insert(self, account: str, document: Document) -> None:
        """Keep a new object of the account."""
        self.insert_many(account, [document])

    def insert_many(self, account: str, documents: Sequence[Document]) -> None:
        """Keep many new objects of the account."""
        columns = ("account", "kind", "id", "created", *LINKS, "body")
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(
            f"INSERT INTO objects ({', '.join(columns)}) "  # noqa: S608 - our names
            f"VALUES ({marks})",
            [_row(account, document) for document in documents],
        )

    def update(self, document: Document) -> None:
        """Keep what was changed of an object."""
        assignments = ", ".join(f"{link} = ?" for link in LINKS)
        self.connection.execute(
            f"UPDATE objects SET {assignments}, body = ? WHERE id = ?",  # noqa: S608
            (*_links(document), deflate(document), document["id"]),
        )

    def delete(self, identifier: str) -> None:
        """Forget the object; nothing happens where there is none."""
        self.connection.execute("DELETE FROM objects WHERE id = ?", (identifier,))

    def content(self, file: str) -> bytes:
        """What the file with this id holds."""
        rows = self.rows("SELECT content FROM contents WHERE file = ?", (file,))
        return bytes(rows[0]["content"])

    def set_content(self, file: str, content: bytes) -> None:
        """Keep what a new file holds."""
        self.connection.execute("INSERT INTO contents VALUES (?, ?)", (file, content))

    def fact(self, account: str, name: str) -> str | None:
        """What is noted of the account under this name, or None."""
        rows = self.rows("SELECT value FROM facts WHERE account = ? AND name = ?", (account, name))
        return str(rows[0]["value"]) if rows else None

    def set_fact(self, account: str, name: str, value: str) -> None:
        """Note a text about the account under this name."""
        self.connection.execute(
            "INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", (account, name, value)
        )


@contextmanager
def _saying_why(path: str | None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        reason = "another server is using it" if "locked" in str(error) else str(error)
        raise StateUnusable(f"{path} cannot keep the state: {reason}") from error


def _own_columns() -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
        return {tuple(row) for row in connection.execute(_COLUMNS)}


def _row(account: str, document: Document) -> tuple[object, ...]:
    """What is stored of a document, in the order of the columns."""
    kind, identifier, created = document["object"], document["id"], document["created"]
    return (account, kind, identifier, created, *_links(document), deflate(document))


def _links(document: Document) -> list[str | None]:
    values = (document.get(f"_{link}", document.get(link)) for link in LINKS)
    return [value if isinstance(value, str) else None for value in values]


def deflate(document: Document) -> str:
    """The document as stored: without the keys that are as its kind's blank has them."""
    blank = BLANKS[document["object"]]
    return _ENCODER.encode(
        {key: value for key, value in document.items() if key not in blank or blank[key] != value}
    )


def inflate(kind: str, body: str) -> Document:
    """The whole document again."""
    document = blank(kind)
    document.update(json.loads(body))
    return document


def blank(kind: str) -> Document:
    """A fresh copy of the kind's blank."""
    document: Document = json.loads(_BLANK_TEXT[kind])
    return document


# Made once: json.dumps makes one a call where the separators are not its own.
_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)
_BLANK_TEXT = {kind: json.dumps(blank) for kind, blank in BLANKS.items()}
