"""Signed tokens for receipt links. The id inside is what is looked up, never the token's text."""

from dataclasses import dataclass
from datetime import timedelta

from portal.infrastructure import signing
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
    return signing.sign(settings, _SALT, link_id)


def read_receipt_token(settings: Settings, token: str) -> ReadToken | None:
    """What a token says, under any key still accepted; None unless we signed it for this
    purpose.
    """
    signed = signing.read(settings, _SALT, token, LIFETIME)
    if signed is None or type(signed.value) is not int:
        return None
    return ReadToken(signed.value, signed.expired)
