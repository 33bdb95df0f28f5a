"""What the dashboard shows, read from the store."""

from collections import defaultdict
from dataclasses import dataclass

from fake_stripe import webhooks
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.store import inflate

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and where the next page begins (None at the end)."""

    rows: list[Document]
    next: int | None


def accounts(app: OfflineStripe) -> list[str]:
    return [row["account"] for row in app.store.rows("SELECT DISTINCT account FROM objects ORDER BY account")]


def newest(app: OfflineStripe, account: str, kind: str, before: int | None) -> Page:
    """A page of one kind; `before` is the `next` of the page before."""
    rows = app.store.rows(
        "SELECT seq, body FROM objects WHERE account = ? AND kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        (account, kind, before or 2**62, PAGE + 1),
    )
    shown = rows[:PAGE]
    more = shown[-1]["seq"] if len(rows) > PAGE else None
    return Page([inflate(kind, row["body"]) for row in shown], more)


def charges_of(app: OfflineStripe, intents: list[Document]) -> dict[str, Document]:
    """The latest charge of each intent, by the intent's id."""
    found = _by_id(app, "charge", [intent["latest_charge"] for intent in intents if intent["latest_charge"]])
    return {charge["payment_intent"]: charge for charge in found}


def attempts_of(app: OfflineStripe, events: list[Document]) -> dict[str, list[Document]]:
    """Every delivery of each event, by the event's id."""
    marks = ", ".join("?" * len(events))
    grouped: dict[str, list[Document]] = defaultdict(list)
    for delivery in webhooks.listing(app.store, f"event IN ({marks})", tuple(event["id"] for event in events)):
        grouped[delivery["event"]].append(delivery)
    return grouped


def _by_id(app: OfflineStripe, kind: str, identifiers: list[str]) -> list[Document]:
    marks = ", ".join("?" * len(identifiers))
    query = f"SELECT body FROM objects WHERE kind = ? AND id IN ({marks})"  # noqa: S608 - only question marks go in
    return [inflate(kind, row["body"]) for row in app.store.rows(query, (kind, *identifiers))]


def owner(app: OfflineStripe, identifier: str) -> str | None:
    """The account that the object belongs to."""
    rows = app.store.rows("SELECT account FROM objects WHERE id = ?", (identifier,))
    return str(rows[0]["account"]) if rows else None
