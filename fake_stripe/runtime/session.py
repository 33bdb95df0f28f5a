"""One unit of work: what a handler or a scheduled task may do, inside one transaction."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

from fake_stripe.documents import Document, previous_attributes, public
from fake_stripe.errors import missing
from fake_stripe.objects import PREFIXES
from fake_stripe.runtime import queue
from fake_stripe.runtime.settings import Settings
from fake_stripe.runtime.store import INDEXED, Store, blank, inflate

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Drawn two at a time: drawing is what making an id costs.
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_NAMES = {
    "payment_method": "PaymentMethod",
    "webhook_endpoint": "webhook endpoint",
    "balance_transaction": "balance transaction",
}


@dataclass
class Session:
    """The account's objects at one moment. `now` is Unix seconds on the test clock."""

    store: Store
    settings: Settings
    random: random.Random
    account: str
    now: int
    request_id: str | None = None
    idempotency_key: str | None = None
    publishable: bool = False
    base_url: str = ""
    _endpoints: list[tuple[str, list[str]]] | None = field(default=None, repr=False)

    def token(self, length: int = 24) -> str:
        """A random word of letters and digits, such as ids are made of."""
        return "".join(self.random.choices(_PAIRS, k=(length + 1) // 2))[:length]

    def new(self, kind: str, **fields: Any) -> Document:
        """Make and store an object; what is not in `fields` is as the kind's blank has it."""
        document = self.draft(kind, **fields)
        self.store.insert(self.account, document)
        return document

    def draft(self, kind: str, **fields: Any) -> Document:
        """As `new`, but not yet stored."""
        document = blank(kind)
        document["id"] = PREFIXES[kind] + self.token(23)
        document["created"] = self.now
        document.update(fields)
        return document

    def find(self, kind: str, identifier: str) -> Document | None:
        """The account's object of this kind, or None."""
        return self.store.get(self.account, identifier, kind)

    def get(self, kind: str, identifier: str, *, param: str = "id", status: int = 404) -> Document:
        """The object, or ApiError `resource_missing`."""
        document = self.find(kind, identifier)
        if document is None:
            raise missing(_NAMES.get(kind, kind), identifier, param=param, status=status)
        return document

    def select(self, kind: str, link: str, value: str) -> list[Document]:
        """Each object of the kind, oldest first, whose `link` (a column) has this value."""
        plus = "+" if link in INDEXED else ""
        wanted = f"{plus}account = ? AND {plus}kind = ? AND {link} = ?"
        rows = self.store.rows(
            f"SELECT body FROM objects WHERE {wanted} ORDER BY created, seq",  # noqa: S608
            (self.account, kind, value),
        )
        return [inflate(kind, row["body"]) for row in rows]

    def save(self, document: Document) -> None:
        """Keep what was changed of a stored object."""
        self.store.update(document)

    def change(self, document: Document, event: str, **fields: Any) -> None:
        """Set fields, save, and tell of it with `previous_attributes`."""
        before = {key: document.get(key) for key in fields}
        document.update(fields)
        self.save(document)
        self.emit(event, document, public(previous_attributes(before, fields)))

    def emit(self, event_type: str, document: Document, previous: Document | None = None) -> None:
        """Record an event about `document` as it is now, and a delivery for each endpoint."""
        data: Document = {"object": public(document, self.now)}
        if previous is not None:
            data["previous_attributes"] = previous
        request = {"id": self.request_id, "idempotency_key": self.idempotency_key}
        event = self.new(
            "event", type=event_type, data=data, request=request, _source=document["id"]
        )
        for endpoint, wanted in self._listeners():
            if "*" in wanted or event_type in wanted:
                queue.add(self.store, self.account, event, endpoint, self.now)

    def _listeners(self) -> list[tuple[str, list[str]]]:
        """Endpoint ids with the event types they enabled; "" is the command line's endpoint."""
        if self._endpoints is None:
            if self.store.fact(self.account, "has_endpoints"):
                made = self.select("webhook_endpoint", "status", "enabled")
                self._endpoints = [
                    (endpoint["id"], endpoint["enabled_events"]) for endpoint in made
                ]
            else:
                self._endpoints = [("", ["*"])] if self.settings.webhook_url else []
        return self._endpoints

    def later(self, name: str, after: float, **arguments: object) -> None:
        """Schedule a task of `tasks.py` for `after` seconds from now on the test clock."""
        self.store.connection.execute(
            "INSERT INTO tasks (account, due_at, name, arguments) VALUES (?, ?, ?, ?)",
            (self.account, self.now + after, name, json.dumps(arguments)),
        )
