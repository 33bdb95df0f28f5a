"""Signed tokens for receipt links. The id inside is what is looked up, never the token's text."""

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from portal.infrastructure import clock
from portal.settings import Settings

LIFETIME = timedelta(days=60)
_SALT = "portal.documents.receipt-link"


@dataclass(frozen=True)
class ReadToken:
    """The ReceiptLink's id of a genuine token, and whether its signature has grown too old."""

    link_id: int
    expired: bool = False


def receipt_token(settings: Settings, link_id: int) -> str:
    """The token for the address of a receipt, signed with the key in use; genuine for 60 days from
    now.
    """
    return _serializer(settings).dumps(link_id)


def read_receipt_token(settings: Settings, token: str) -> ReadToken | None:
    """What a token says, under any key still accepted; None unless we signed it for this
    purpose.
    """
    try:
        return _read(_serializer(settings).loads(token, max_age=int(LIFETIME.total_seconds())))
    except SignatureExpired as error:
        # The signature itself has been found genuine.
        return (
            _read(_serializer(settings).load_payload(error.payload), expired=True)
            if error.payload
            else None
        )
    except BadData:
        return None


def _read(value: object, expired: bool = False) -> ReadToken | None:
    return ReadToken(value, expired) if type(value) is int else None


class _PortalTimeSigner(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    # itsdangerous wants the oldest key first and signs with the last.
    return URLSafeTimedSerializer(
        list(reversed(settings.secret_keys)), salt=_SALT, signer=_PortalTimeSigner
    )
