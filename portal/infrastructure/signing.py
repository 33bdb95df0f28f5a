"""Signed values that leave the portal and come back, in links and cookies: one signer for all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from portal.infrastructure import clock
from portal.settings import Settings

# How far another machine's clock may be ahead of ours.
LEEWAY = timedelta(seconds=60)


@dataclass(frozen=True)
class Signed:
    """A value that we did sign, and whether that was too long ago."""

    value: object
    expired: bool = False


def sign(settings: Settings, purpose: str, value: object) -> str:
    """Text for an address: `value` (JSON), signed for this purpose with the key in use."""
    return _serializer(settings, purpose).dumps(value)


def read(settings: Settings, purpose: str, token: str, lifetime: timedelta) -> Signed | None:
    """What was signed for this purpose, under any key still accepted; None for anything else."""
    serializer = _serializer(settings, purpose)
    try:
        return Signed(serializer.loads(token, max_age=int(lifetime.total_seconds())))
    except SignatureExpired as error:
        # The signature itself has been found genuine.
        return Signed(serializer.load_payload(error.payload or b""), expired=True)
    except BadData:
        return None


class ClockSigner(TimestampSigner):
    """Signs at the portal's clock, so that a moved clock moves expiry too, and accepts what was
    signed up to LEEWAY ahead of it.
    """

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """The value, with its moment if `return_timestamp`; `max_age` in seconds.

        Raises SignatureExpired, BadSignature.
        """
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        age = clock.now() - signed_at
        if max_age is not None and not -LEEWAY <= age <= timedelta(seconds=max_age):
            raise SignatureExpired(f"signed {age} ago", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value


def _serializer(settings: Settings, purpose: str) -> URLSafeTimedSerializer:
    # itsdangerous wants the oldest key first, signs with the last, and accepts them all.
    keys = list(reversed(settings.secret_keys))
    return URLSafeTimedSerializer(keys, salt=purpose, signer=ClockSigner)
