"""The one loop that brings a row to Stripe's truth, whatever kind of object it follows."""

from datetime import timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from portal.context import Portal
from portal.settings import Settings
from portal.stripe_api.errors import StripeUnavailable

# Somebody always gets through: as many rounds as a person could open tabs.
ROUNDS = 20


class Versioned(Protocol):
    """A row that Stripe's answers are applied to; each raises its version."""

    id: Any
    version: Any


Row = TypeVar("Row", bound=Versioned)
Seen = TypeVar("Seen")


class Follower(Protocol[Row, Seen]):
    """How the rows of one kind follow their objects at Stripe."""

    def known(self, session: Session, row_id: int) -> Row:
        """The row as it is, to be detached."""

    def is_final(self, row: Row) -> bool:
        """Whether Stripe has nothing to say about it any more."""

    def fetch(self, portal: Portal, row: Row) -> Seen:
        """Ask Stripe, with nothing locked. Raises StripeUnavailable, StripeRefused."""

    def lock(self, session: Session, row: Row) -> Row:
        """The same row, locked after everything that is locked before it."""

    def apply(self, session: Session, settings: Settings, row: Row, seen: Seen) -> None:
        """Bring the locked row to what was seen, with all that follows from it."""


def sync(portal: Portal, follower: Follower[Row, Seen], row_id: int) -> Seen | None:
    """Fetch and apply; an answer overtaken by another is fetched again.

    Returns what Stripe said, or None where the row is final. Raises StripeUnavailable (also when
    others keep overtaking), StripeRefused.
    """
    for _ in range(ROUNDS):
        with portal.db.read() as session:
            known = follower.known(session, row_id)
            session.expunge(known)
        if follower.is_final(known):
            return None
        seen = follower.fetch(portal, known)
        with portal.db.write() as session:
            row = follower.lock(session, known)
            if row.version != known.version:
                continue
            follower.apply(session, portal.settings, row, seen)
            row.version += 1
        portal.wake(timedelta(0))
        return seen
    raise StripeUnavailable("the row kept changing while it was fetched")
