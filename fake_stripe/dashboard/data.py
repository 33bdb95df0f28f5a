"""What the dashboard shows, read from the store."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.runtime import queue
from fake_stripe.runtime.store import inflate

PAGE = 50
FOUND = 20


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and where the next page begins (None at the end)."""

    rows: list[Document]
    next: str | None


def newest(
    app: OfflineStripe, account: str, kind: str, only: tuple[str, str] | None, before: str
) -> Page:
    """A page of one kind.

    `only` is a link column and the value wanted in it, `before` the `next` of the page before (""
    at first).
    """
    condition, arguments = "account = ? AND kind = ?", [account, kind]
    if only:
        condition += f" AND {only[0]} = ?"
        arguments.append(only[1])
    created, _, seq = before.partition(".")
    if created.isdecimal() and seq.isdecimal():
        condition += " AND (created, seq) < (CAST(? AS INTEGER), CAST(? AS INTEGER))"
        arguments += [created, seq]
    rows = app.store.rows(
        f"SELECT seq, created, body FROM objects WHERE {condition} "  # noqa: S608 - conditions are this module's own
        f"ORDER BY created DESC, seq DESC LIMIT {PAGE + 1}",
        arguments,
    )
    following = None
    if len(rows) > PAGE:
        last = rows[PAGE - 1]
        following = f"{last['created']}.{last['seq']}"
    now = int(app.accounts.of(account).clock.now())
    found = [public(inflate(kind, row["body"]), now) for row in rows[:PAGE]]
    return Page(found, following)


def types(app: OfflineStripe, account: str, kind: str) -> list[str]:
    """The types that objects of this kind have."""
    return app.store.types(account, kind)


def charges_of(app: OfflineStripe, intents: list[Document]) -> dict[str, Document]:
    """The latest charge of each intent, by the intent's id.

    Each says whether it is still `refundable` and `disputable`.
    """
    charges = by_ids(
        app, [intent["latest_charge"] for intent in intents if intent["latest_charge"]]
    )
    disputes = _where(
        app,
        f"charge IN ({_marks(charges)}) AND kind = 'dispute'",
        [charge["id"] for charge in charges],
    )
    charged_back = {
        dispute["charge"] for dispute in disputes if not dispute["is_charge_refundable"]
    }
    return {charge["payment_intent"]: charge | _open_to(charge, charged_back) for charge in charges}


def _open_to(charge: Document, charged_back: set[str]) -> dict[str, bool]:
    """What can still be done with a charge."""
    paid = charge["status"] == "succeeded" and charge["captured"]
    refundable = paid and not charge["refunded"] and charge["id"] not in charged_back
    return {"refundable": refundable, "disputable": paid and not charge["disputed"]}


def attempts_of(app: OfflineStripe, events: list[Document]) -> dict[str, list[Document]]:
    """Every delivery of each event, by the event's id."""
    grouped: dict[str, list[Document]] = defaultdict(list)
    for delivery in queue.listing(app.store, event=[event["id"] for event in events]):
        grouped[delivery["event"]].append(delivery)
    return grouped


def by_ids(app: OfflineStripe, identifiers: Sequence[str]) -> list[Document]:
    """The objects with these ids, oldest first."""
    return _where(app, f"id IN ({_marks(identifiers)}) ORDER BY created, seq", identifiers)


def of_payment(app: OfflineStripe, intent: str) -> list[Document]:
    """Charges, refunds, disputes, warnings and reviews of a payment, oldest first."""
    return _where(app, "payment_intent = ? ORDER BY created, seq", (intent,))


def about(app: OfflineStripe, kind: str, sources: Sequence[str]) -> list[Document]:
    """Events or balance transactions about any of these objects, oldest first."""
    return _where(
        app, f"source IN ({_marks(sources)}) AND kind = ? ORDER BY created, seq", (*sources, kind)
    )


def of_payout(app: OfflineStripe, payout: str) -> list[Document]:
    """The newest balance transactions that a payout groups."""
    condition = (
        f"payout = ? AND kind = 'balance_transaction' ORDER BY created DESC, seq DESC LIMIT {PAGE}"
    )
    return _where(app, condition, (payout,))


def search(app: OfflineStripe, account: str, words: str) -> list[Document]:
    """The newest payments of the account that hold the words anywhere, metadata included."""
    if not words:
        return []
    condition = "account = ? AND kind = 'payment_intent' AND instr(lower(body), lower(?))"
    return _where(
        app, f"{condition} ORDER BY created DESC, seq DESC LIMIT {FOUND}", (account, words)
    )


def endpoints(app: OfflineStripe, account: str) -> list[Document]:
    """Where the account's events go, each with its signing `secret`.

    These are its own endpoints, or else the one of the command line.
    """
    query = (
        "SELECT body FROM objects WHERE account = ? AND kind = 'webhook_endpoint' ORDER BY "
        "created, seq"
    )
    own = [inflate("webhook_endpoint", row["body"]) for row in app.store.rows(query, (account,))]
    settings = app.accounts.of(account).settings
    if own or app.store.fact(account, "has_endpoints") or not settings.webhook_url:
        return [endpoint | {"secret": endpoint["_secret"]} for endpoint in own]
    given = {"id": "", "url": settings.webhook_url, "secret": settings.webhook_secret}
    return [given | {"status": "enabled", "enabled_events": ["*"]}]


def _where(app: OfflineStripe, condition: str, arguments: Sequence[str]) -> list[Document]:
    rows = app.store.rows(
        f"SELECT account, kind, body FROM objects WHERE {condition}",  # noqa: S608 - conditions are this module's own
        tuple(arguments),
    )
    return [_shown(app, row) for row in rows]


def _shown(app: OfflineStripe, row: sqlite3.Row) -> Document:
    now = int(app.accounts.of(row["account"]).clock.now())
    return public(inflate(row["kind"], row["body"]), now)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
