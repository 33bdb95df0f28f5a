"""The offline Stripe inside the test's process: called without sockets, its webhooks delivered when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flask import Flask


class OfflineStripe:
    """One offline Stripe; `http_client` is what the SDK talks through."""

    def __init__(self) -> None:
        from fake_stripe.in_process import InProcessClient, InProcessStripe

        self.server = InProcessStripe()
        self.http_client: Any = InProcessClient(self.server)

    def deliver_to(self, app: Flask) -> None: ...


@pytest.fixture
def stripe() -> OfflineStripe:
    return OfflineStripe()
