"""The offline Stripe inside the test's process: called without sockets, its webhooks delivered when
asked.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from fake_stripe.control.surface import Control
from fake_stripe.core import Request
from fake_stripe.in_process import InProcessClient
from portal.demo.control import Refused
from tests.fake_stripe.traffic import JudgedOfflineStripe

WEBHOOK_PATH = "/webhooks/stripe"
SECRET_KEY = "sk_test_portal"
WEBHOOK_SECRET = "whsec_test"


class StripeHere:
    """One offline Stripe. `http_client` is what the SDK talks through, `server` what the control
    surface acts on.
    """

    def __init__(self) -> None:
        self.server = JudgedOfflineStripe(
            f"http://localhost{WEBHOOK_PATH}",
            WEBHOOK_SECRET,
            sender=self._send,
            strict_version=True,
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

    def control(self, method: str, path: str, values: Mapping[str, object]) -> dict[str, Any]:
        """A call of the control surface for the portal's account. Raises Refused."""
        headers = {"authorization": f"Bearer {SECRET_KEY}", "content-type": "application/json"}
        body = json.dumps(values).encode()
        response = Control(self.server).respond(
            Request(method, f"/_control/{path}", headers=headers, body=body)
        )
        if response.status != 200:
            raise Refused(response.body)
        answer: dict[str, Any] = json.loads(response.body)
        return answer

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
