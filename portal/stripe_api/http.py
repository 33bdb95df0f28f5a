"""How calls reach Stripe: only to addresses of Stripe's shape, with time-outs, so many at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

import stripe

from portal.stripe_api.ids import is_path

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 8.0
# After a connection that failed, or an answer that says so: the SDK repeats under the same key.
RETRIES = 1
# A call that finds no place waits this long for one.
PLACE_SECONDS = 0.5


class CarefulClient(stripe.HTTPClient):
    """Passes calls on to another client of the SDK.

    `most_at_once` keeps threads free for pages that need no Stripe, however long Stripe takes; None
    for as many calls as there are threads.
    """

    def __init__(self, inner: stripe.HTTPClient, most_at_once: int | None = None) -> None:
        super().__init__()
        self.name = inner.name  # type: ignore[misc] # the SDK declares it for the class
        self._inner = inner
        self._places = None if most_at_once is None else BoundedSemaphore(most_at_once)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: object,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Raises InvalidRequestError for an address that no id of Stripe's leads to, and
        APIConnectionError where too many others wait for Stripe.
        """
        if not is_path(urlsplit(url).path):
            raise stripe.InvalidRequestError(  # type: ignore[no-untyped-call]
                "not an id of Stripe's", "id", "resource_missing", http_status=404
            )
        with self._place():
            return self._inner.request(method, url, headers, post_data)

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return self._inner._sleep_time_seconds(num_retries)

    def close(self) -> None:
        self._inner.close()  # type: ignore[no-untyped-call]

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._places is None:
            yield
            return
        if not self._places.acquire(timeout=PLACE_SECONDS):
            raise stripe.APIConnectionError("too many calls at once")  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            self._places.release()


def http_client() -> stripe.HTTPClient:
    """The SDK's client, with our time-outs."""
    return stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS))
