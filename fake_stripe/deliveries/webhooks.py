"""What is sent to an endpoint, how it is signed, and what becomes of an attempt."""

import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fake_stripe.documents import public
from fake_stripe.json_text import encoded
from fake_stripe.runtime import queue
from fake_stripe.runtime.settings import Settings
from fake_stripe.runtime.store import Store

# Takes url, headers and body; returns the status; raises OSError where nobody answers in time.
Sender = Callable[[str, Mapping[str, str], bytes], int]

# Exponential back-off for three days, as Stripe promises for live mode.
FIRST_RETRY, FACTOR, LONGEST_PAUSE, GIVE_UP_AFTER = 10, 4, 12 * 3600, 3 * 86400
# Seconds that an endpoint has for its whole answer.
TIMEOUT = 20


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one endpoint, ready to be sent."""

    seq: int
    url: str
    headers: Mapping[str, str]
    body: bytes


def signature(secret: str, body: bytes, moment: int) -> str:
    """The `Stripe-Signature` header.

    `moment` is real time in Unix seconds, whatever the test clock says.
    """
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def prepare(store: Store, settings: Settings, row: sqlite3.Row) -> Delivery | None:
    """Read what is to be sent, or None where the endpoint was deleted or disabled meanwhile."""
    event = store.get(row["account"], row["event"], "event")
    url, secret = _endpoint(store, settings, row)
    if event is None or url is None:
        return None
    body = encoded(public(queue.with_pending(store, [event])[0]))
    headers = {
        "Accept": "*/*; q=0.5, application/xml",
        "Cache-Control": "no-cache",
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(secret, body, int(time.time())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    return Delivery(row["seq"], url, headers, body)


def _endpoint(store: Store, settings: Settings, row: sqlite3.Row) -> tuple[str | None, str]:
    """URL and secret; no URL where the endpoint was deleted or disabled meanwhile."""
    if not row["endpoint"]:
        return settings.webhook_url, settings.webhook_secret
    endpoint = store.get(row["account"], row["endpoint"], "webhook_endpoint")
    if endpoint is None or endpoint["status"] != "enabled":
        return None, ""
    return endpoint["url"], endpoint["_secret"]


def attempt(delivery: Delivery, sender: Sender) -> tuple[int, str]:
    """Send once: the status (0: no answer) and what went wrong ("" for nothing)."""
    try:
        status = sender(delivery.url, delivery.headers, delivery.body)
    except OSError as error:
        return 0, f"no answer: {error}"
    if 200 <= status < 300:
        return status, ""
    return status, f"HTTP {status}"


def record(store: Store, sent: sqlite3.Row, outcome: tuple[int, str] | None, now: float) -> None:
    """Note an attempt: delivered, due again, or given up three days after the first.

    No `outcome` means that there is nobody to send to. `sent` is the delivery as it was when the
    attempt began. What was ordered since then holds: one that was to be sent again is, and one that
    was dropped is not tried again.
    """
    row = queue.get(store, sent["seq"])
    status, error = outcome or (0, "the endpoint was deleted or disabled")
    attempts = [*json.loads(row["attempts"]), {"at": int(now), "status": status, "error": error}]
    state, due_at = row["state"], row["due_at"]
    if due_at == sent["due_at"]:
        due_at = _next_attempt([attempt["at"] for attempt in attempts], row["first_due"], now)
        if not error:
            state = "delivered"
        elif state == "pending" and (outcome is None or due_at is None):
            state = "failed"
    queue.note_attempts(store, row["seq"], state, attempts, due_at or now)


def _next_attempt(moments: list[int], since: float, now: float) -> float | None:
    """When to try again after attempts at these moments, or None for never.

    Attempts before `since` do not count.
    """
    counted = [moment for moment in moments if moment >= int(since)] or moments[-1:]
    pause: int = min(FIRST_RETRY * FACTOR ** (len(counted) - 1), LONGEST_PAUSE)
    following = now + pause
    return following if following - counted[0] <= GIVE_UP_AFTER else None
