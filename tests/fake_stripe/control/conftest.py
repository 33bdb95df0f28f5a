"""Whoever presses the buttons of the control surface."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from fake_stripe.control.surface import Control
from fake_stripe.core import OfflineStripe, Request

JSON = {"content-type": "application/json", "host": "127.0.0.1:12111"}


class Hand:
    """Presses the buttons of the control surface, for the account of a key where one is given."""

    def __init__(self, offline: OfflineStripe, key: str = "") -> None:
        self._control = Control(offline)
        self._key = {"authorization": f"Bearer {key}"} if key else {}

    def __call__(
        self, path: str, method: str = "POST", *, origin: str | None = None, **values: object
    ) -> Any:
        return self.give(path, values, method, origin)

    def give(
        self,
        path: str,
        values: Mapping[str, object],
        method: str = "POST",
        origin: str | None = None,
    ) -> Any:
        headers = JSON | self._key
        if origin:
            headers |= {"origin": origin}
        request = Request(
            method, f"/_control/{path}", headers=headers, body=json.dumps(values).encode()
        )
        response = self._control.respond(request)
        self.status = response.status
        return json.loads(response.body)


@pytest.fixture
def hand(offline: OfflineStripe) -> Hand:
    return Hand(offline)
