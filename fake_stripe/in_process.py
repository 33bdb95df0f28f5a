"""The SDK's `http_client` for an offline Stripe in the same process: no sockets, no waiting."""

from collections.abc import Mapping
from threading import local
from typing import Any
from urllib.parse import urlsplit

import stripe
from requests.structures import CaseInsensitiveDict

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.errors import ConnectionDropped

# The same idempotency key is being worked at.
IN_USE = 409


class InProcessClient(stripe.HTTPClient):
    """Give it to `stripe.StripeClient(key, http_client=InProcessClient(app))`."""

    name = "in_process"

    def __init__(self, app: OfflineStripe) -> None:
        super().__init__()
        self._app = app
        self._latest = local()  # as many threads may call as like

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: object,
    ) -> tuple[str, int, Mapping[str, str]]:
        self._latest.status = None
        parts = urlsplit(url)
        body = post_data or b""
        if isinstance(body, str):
            body = body.encode()
        named = {name.lower(): str(value) for name, value in (headers or {}).items()} | {
            "host": parts.netloc
        }
        try:
            response = self._app.handle(
                Request(method.upper(), parts.path, parts.query, named, body)
            )
        except ConnectionDropped as dropped:
            message = f"Unexpected error communicating with Stripe ({dropped})."
            raise stripe.APIConnectionError(message, should_retry=True) from None  # type: ignore[no-untyped-call]
        self._latest.status = response.status
        return (
            response.body.decode("utf-8", "replace"),
            response.status,
            CaseInsensitiveDict(response.headers),
        )

    def _sleep_time_seconds(self, num_retries: int) -> float:
        """Seconds to wait before a retry: none, unless another thread has the same key."""
        if self._latest.status != IN_USE:
            return 0
        return super()._sleep_time_seconds(num_retries)

    def close(self) -> None:
        """Nothing is open."""

    async def request_async(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: object,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """For the SDK's calls that end in `_async`."""
        body, status, named = self.request(method, url, headers, post_data)
        return body.encode(), status, named

    async def sleep_async(self, secs: float) -> None:
        """Nothing becomes better by waiting here either."""

    async def close_async(self) -> None:
        """Nothing is open."""
