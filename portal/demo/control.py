"""Calls of the offline Stripe's control surface. Stripe has none, so they are no part of
stripe_api.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from portal.settings import Settings
from portal.stripe_api.errors import StripeUnavailable

# A year of payouts is done in one call.
TIMEOUT_SECONDS = 60


class Refused(Exception):
    """There is no such call, or it was refused as it is."""


class Control(Protocol):
    def __call__(self, method: str, path: str, values: Mapping[str, object]) -> dict[str, Any]:
        """The answer to `path` below `/_control/`. Raises Refused, StripeUnavailable."""


class HttpControl:
    """The surface at the address and for the account that the settings name for Stripe."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.stripe_api_base
        self._key = settings.stripe_secret_key

    def __call__(self, method: str, path: str, values: Mapping[str, object]) -> dict[str, Any]:
        request = Request(  # noqa: S310 - the settings take http and https only
            f"{self._base}/_control/{path}",
            urlencode(values).encode() or None,
            {"Authorization": f"Bearer {self._key}"},
            method=method,
        )
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
        except HTTPError as error:
            error.close()
            if error.code >= 500:
                raise StripeUnavailable(f"HTTP {error.code}") from None
            raise Refused(f"{method} {path}: HTTP {error.code}") from None
        except OSError as error:
            raise StripeUnavailable(type(error).__name__) from error
        return found
