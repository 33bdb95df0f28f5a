"""Idempotency keys: the first answer of a key is its only answer, for 24 hours.

The hours are those of the test clock.
"""

import hashlib
import json
import threading
from dataclasses import dataclass

from fake_stripe.documents import Params, Upload
from fake_stripe.errors import ApiError
from fake_stripe.runtime.store import Store

LIFETIME = 24 * 3600
MAX_LENGTH = 255


@dataclass(frozen=True)
class KeptAnswer:
    """What was first answered to a key."""

    status: int
    body: bytes
    request_id: str


def fingerprint(method: str, path: str, params: Params) -> str:
    """The same for the same request, in whatever order its parameters came."""
    text = json.dumps([method, path, params], sort_keys=True, default=_digest)
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(upload: Upload) -> list[str]:
    return [upload.filename, hashlib.sha256(upload.content).hexdigest()]


class Keys:
    """The kept answers of a store and the keys that are at work."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._busy: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def claim(self, account: str, key: str) -> None:
        """Take the key for one request. Raises ApiError 409 while another request has it."""
        if len(key) > MAX_LENGTH:
            raise ApiError(
                f"The idempotency key may have at most {MAX_LENGTH} characters.",
                kind="idempotency_error",
            )
        with self._lock:
            if (account, key) in self._busy:
                raise ApiError(
                    "There is currently another in-progress request using this Idempotent Key "
                    "(that probably means you submitted twice, and the other request is still "
                    f"going through): {key}. Please try again later.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._busy.add((account, key))

    def release(self, account: str, key: str) -> None:
        """Nobody works at the key any more."""
        with self._lock:
            self._busy.discard((account, key))

    def kept(self, account: str, key: str, print_: str, now: float) -> KeptAnswer | None:
        """The first answer of the key, if there is one.

        Raises ApiError 400 where the request differs.
        """
        rows = self._store.rows(
            "SELECT * FROM answers WHERE account = ? AND key = ? AND created > ?",
            (account, key, now - LIFETIME),
        )
        if not rows:
            return None
        if rows[0]["fingerprint"] != print_:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                kind="idempotency_error",
            )
        return KeptAnswer(rows[0]["status"], rows[0]["body"], rows[0]["request_id"])

    def keep(self, account: str, key: str, print_: str, now: float, answer: KeptAnswer) -> None:
        """Keep the answer, inside the caller's transaction; forget the account's expired ones."""
        expired = "DELETE FROM answers WHERE account = ? AND created <= ?"
        self._store.connection.execute(expired, (account, now - LIFETIME))
        self._store.connection.execute(
            "INSERT OR REPLACE INTO answers (account, key, fingerprint, created, status, "
            "request_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (account, key, print_, now, answer.status, answer.request_id, answer.body),
        )
