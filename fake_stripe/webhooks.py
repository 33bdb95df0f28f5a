"""Deliveries: signing, sending, retrying, and what the control surface does to them."""

import hashlib
import hmac
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from fake_stripe.documents import Document, public
from fake_stripe.settings import Settings
from fake_stripe.store import Store

# Takes url, headers and body; returns the status; raises OSError where nobody answers.
Sender = Callable[[str, Mapping[str, str], bytes], int]

# Exponential back-off for three days, as Stripe promises for live mode.
FIRST_RETRY, FACTOR, LONGEST_PAUSE, GIVE_UP_AFTER = 10, 4, 12 * 3600, 3 * 86400
TIMEOUT = 20
log = logging.getLogger("fake_stripe.webhooks")


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one endpoint, ready to be sent."""

    seq: int
    url: str
    headers: Mapping[str, str]
    body: bytes


def signature(secret: str, body: bytes, moment: int) -> str:
    """The `Stripe-Signature` header. `moment` is real time in Unix seconds, whatever the test clock says."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def prepare(store: Store, settings: Settings, row: sqlite3.Row) -> Delivery | None:
    """Read what is to be sent, or None where the endpoint is gone."""
    event = store.get(row["account"], row["event"], "event")
    url, secret = settings.webhook_url, settings.webhook_secret
    if row["endpoint"]:
        endpoint = store.get(row["account"], row["endpoint"], "webhook_endpoint")
        url, secret = (endpoint["url"], endpoint["_secret"]) if endpoint else (None, "")
    if event is None or url is None:
        return None
    body = json.dumps(public(with_pending(store, [event])[0]), separators=(",", ":")).encode()
    headers = {
        "Accept": "*/*; q=0.5, application/xml",
        "Cache-Control": "no-cache",
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(secret, body, int(time.time())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    return Delivery(row["seq"], url, headers, body)


def attempt(delivery: Delivery, sender: Sender) -> tuple[int, str]:
    """Send once. The status (0 where nobody answered) and what went wrong ("" where nothing did)."""
    try:
        status = sender(delivery.url, delivery.headers, delivery.body)
    except (OSError, HTTPException) as error:
        return 0, f"no answer: {getattr(error, 'reason', error)}"
    return status, "" if 200 <= status < 300 else f"HTTP {status}"


def record(store: Store, seq: int, outcome: tuple[int, str] | None, now: float) -> None:
    """Note an attempt: delivered, due again, or given up after three days; no `outcome`: the endpoint is gone."""
    row = store.rows("SELECT * FROM deliveries WHERE seq = ?", (seq,))[0]
    status, error = outcome or (0, "the endpoint is gone")
    attempts = json.loads(row["attempts"])
    attempts.append({"at": int(now), "status": status, "error": error})
    pause = min(FIRST_RETRY * FACTOR ** (len(attempts) - 1), LONGEST_PAUSE)
    given_up = outcome is None or now + pause - row["first_due"] > GIVE_UP_AFTER
    state = "delivered" if not error else "failed" if given_up else "pending"
    store.connection.execute(
        "UPDATE deliveries SET state = ?, attempts = ?, due_at = ? WHERE seq = ?",
        (state, json.dumps(attempts), now + pause, seq),
    )


def with_pending(store: Store, events: list[Document]) -> list[Document]:
    """Set `pending_webhooks`: to how many endpoints each event has yet to be delivered."""
    marks = ", ".join("?" * len(events))
    rows = store.rows(
        "SELECT event, count(*) AS waiting FROM deliveries "  # noqa: S608 - only question marks go in
        f"WHERE event IN ({marks}) AND state IN ('pending', 'held') GROUP BY event",
        [event["id"] for event in events],
    )
    waiting = {row["event"]: row["waiting"] for row in rows}
    for event in events:
        event["pending_webhooks"] = waiting.get(event["id"], 0)
    return events


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is a failed delivery."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_opener = build_opener(_NoRedirects)


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The sender of the server: a real POST."""
    request = Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - http(s) was checked
    try:
        with _opener.open(request, timeout=TIMEOUT) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def listing(store: Store, where: str, arguments: tuple[object, ...]) -> list[Document]:
    """Deliveries with their attempts, oldest first, for the control surface and the dashboard."""
    rows = store.rows(f"SELECT * FROM deliveries WHERE {where} ORDER BY seq", arguments)  # noqa: S608
    return [{**dict(row), "attempts": json.loads(row["attempts"])} for row in rows]
