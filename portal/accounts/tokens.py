"""Signed links in mails: one purpose each, expiring, and dead once the user has changed what they
were made for.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from portal.accounts.models import User
from portal.infrastructure import signing
from portal.infrastructure.signing import Signed
from portal.settings import Settings


class Purpose(StrEnum):
    """What a mailed link is for; a token for one opens no other."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password-reset"  # noqa: S105
    EMAIL_CHANGE = "email-change"


LIFETIMES = {
    Purpose.INVITATION: timedelta(days=7),
    Purpose.PASSWORD_RESET: timedelta(hours=2),
    Purpose.EMAIL_CHANGE: timedelta(days=1),
}


@dataclass(frozen=True)
class Claim:
    """What a genuine, unexpired token says; whether it still holds is asked of the user's row with
    `holds`.
    """

    purpose: Purpose
    user_ref: str
    state: str


def make_token(settings: Settings, purpose: Purpose, user: User) -> str:
    """A token that names the user by reference, not by address, and fits the user's row as it is
    now.
    """
    return signing.sign(settings, _salt(purpose), [user.ref, _state(user, purpose)])


def read_token(settings: Settings, purpose: Purpose, token: str) -> Claim | None:
    """The token's claim; None where it is forged, expired or for another purpose."""
    signed = signing.read(settings, _salt(purpose), token, LIFETIMES[purpose])
    match signed:
        case Signed([str(ref), str(state)], expired=False):
            return Claim(purpose, ref, state)
    return None


def holds(claim: Claim, user: User | None) -> bool:
    """Whether nothing has ended the token: the user is active and has changed neither password nor
    address since.
    """
    return user is not None and user.active and claim.state == _state(user, claim.purpose)


def _state(user: User, purpose: Purpose) -> str:
    """Changes with the password (and so `fs_uniquifier`), the address, and where it matters the
    address asked for.
    """
    asked_for = user.pending_email if purpose is Purpose.EMAIL_CHANGE else ""
    return sha256(f"{user.fs_uniquifier} {user.email} {asked_for}".encode()).hexdigest()[:32]


def _salt(purpose: Purpose) -> str:
    return f"portal.accounts.{purpose}"
