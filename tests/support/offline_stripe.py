"""The offline Stripe inside the test's process: called without sockets, its webhooks delivered when
asked.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from flask import Flask

from fake_stripe.control.surface import Control
from fake_stripe.core import Request, Response
from fake_stripe.in_process import InProcessClient
from tests.fake_stripe.traffic import JudgedOfflineStripe

WEBHOOK_PATH = "/webhooks/stripe"
WEBHOOK_SECRET = "whsec_test"


class StripeWithControl(JudgedOfflineStripe):
    """Answers calls of the control surface too, as the server does at the same address."""

    def handle(self, request: Request) -> Response:
        if request.path.startswith("/_control/"):
            return Control(self).respond(request)
        return super().handle(request)


class StripeHere:
    """One offline Stripe. `http_client` is what the SDK talks through, `server` what the control
    surface acts on.
    """

    def __init__(self) -> None:
        self.server = StripeWithControl(
            f"http://localhost{WEBHOOK_PATH}", WEBHOOK_SECRET, sender=self._send
        )
        self.http_client = InProcessClient(self.server)
        self._app: Flask | None = None

    def deliver_to(self, app: Flask) -> None:
        """Send webhooks to this application from now on."""
        self._app = app

    def deliver(self) -> int:
        """Do what Stripe does by and by (fees become known, webhooks arrive); returns how many
        webhooks were sent.
        """
        return self.server.run_due()

    def _send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        assert self._app is not None, "webhooks need the `app` fixture"
        return (
            self._app.test_client()
            .post(urlsplit(url).path, data=body, headers=dict(headers))
            .status_code
        )


@pytest.fixture
def stripe() -> Iterator[StripeHere]:
    """An offline Stripe of this test's own; `stripe.deliver()` sends its webhooks to the portal's
    view.

    Whatever the portal sends to it and gets from it is judged by Stripe's own description of its
    API.
    """
    here = StripeHere()
    yield here
    assert here.server.complaints == []
