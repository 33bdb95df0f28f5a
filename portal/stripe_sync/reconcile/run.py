"""A run while it goes on: what it looks at, what it changes, and whether it is to stop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from portal.context import Portal
from portal.jobs import never
from portal.stripe_api.errors import StripeRefused

# Of a long list of changes the first are kept; all are counted.
MOST_KEPT = 200


class Stopped(Exception):
    """Whoever runs it wants it to end; what was done stays done."""


@dataclass(frozen=True)
class Change:
    """What a run has brought to Stripe's truth: a reference, and how it stood before and after."""

    subject: str
    was: str
    now: str


def _tell_nobody(name: str, done: int) -> None:
    """Nobody watches."""


@dataclass
class Run:
    """What one run works with, and what it has noted so far.

    `tell` is called with a pass's name and how many objects it has looked at.
    """

    portal: Portal
    since: datetime
    stopping: Callable[[], bool] = never
    tell: Callable[[str, int], None] = _tell_nobody
    looked_at: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    changed: int = 0
    unknown: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def begin(self, name: str) -> None:
        """A pass begins."""
        self.looked_at[name] = 0
        self.tell(name, 0)

    def look(self, name: str) -> None:
        """One more object of the pass is looked at. Raises Stopped."""
        if self.stopping():
            raise Stopped
        self.looked_at[name] += 1
        self.tell(name, self.looked_at[name])

    def note(self, subject: str, was: str, now: str) -> None:
        """A row was changed."""
        self.changed += 1
        if len(self.changes) < MOST_KEPT:
            self.changes.append(Change(subject, was, now))

    def note_refusal(self, subject: str, error: StripeRefused) -> None:
        """Stripe refused to tell of one object: the others are looked at all the same.

        Raises it again where it is our key that Stripe does not take.
        """
        if error.about_key:
            raise error
        self.refusals.append(f"{subject}: {error}")
