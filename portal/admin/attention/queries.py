"""What needs a person, by kind. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.admin.attention.kinds import Kind
from portal.admin.attention.lists import KINDS

MOST = 50


@dataclass(frozen=True)
class Concern:
    """One thing to look at: `subject` is a reference or number, `reason` why it is here.

    `amount` in minor units of `currency`, where money is at stake; `href` the page to deal with it,
    `resolve` the address of the button that takes it off the list.
    """

    subject: str
    since: datetime
    reason: str
    patient: str | None
    amount: int | None
    currency: str | None
    href: str | None
    resolve: str | None


@dataclass(frozen=True)
class Group:
    """The concerns of one kind, the oldest first; `has_more`: there are others after these."""

    title: str
    advice: str
    label: str
    concerns: list[Concern]
    has_more: bool


def list_concerns(session: Session) -> list[Group]:
    """What needs a person, by kind, at most MOST of each; a kind without any is left out."""
    groups = [_group(session, kind) for kind in KINDS]
    return [group for group in groups if group.concerns]


def _group(session: Session, kind: Kind) -> Group:
    rows = session.execute(kind.query.limit(MOST + 1)).all()
    concerns = [
        Concern(
            subject,
            since,
            reason or kind.reason,
            patient,
            amount,
            currency,
            kind.href and kind.href(subject),
            kind.resolve and kind.resolve(subject),
        )
        for subject, since, reason, patient, amount, currency in rows[:MOST]
    ]
    return Group(kind.title, kind.advice, kind.label, concerns, has_more=len(rows) > MOST)
