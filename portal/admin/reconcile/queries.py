"""The last runs of reconcile, and by what webhooks are judged. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.payments.models import Attempt
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.reconcile.models import ReconcileRun, ReconcileSchedule
from portal.stripe_sync.reconcile.rules import NEWS_WINDOW, Caution, Ending, Signs, cautions

MOST_RUNS = 20
# Of what a run has changed, the page shows so many rows.
MOST_CHANGES = 20


@dataclass(frozen=True)
class ChangeView:
    """A row that a run has changed: its reference, how it stood before and after."""

    subject: str
    was: str
    now: str


@dataclass(frozen=True)
class RunView:
    """One run. `more_changes` is how many it made beyond those shown; `looked_at` is how many
    objects it looked at, by the name of the pass.
    """

    started_at: datetime
    finished_at: datetime | None
    scheduled: bool
    ending: Ending | None
    looked_at: list[tuple[str, int]]
    changed: int
    changes: list[ChangeView]
    more_changes: int
    unknown: list[str]
    error: str | None


@dataclass(frozen=True)
class ReconcileView:
    """All that the page shows; the newest run first."""

    runs: list[RunView]
    cautions: list[Caution]
    signs: Signs
    next_at: datetime | None


def load_reconcile(session: Session, now: datetime) -> ReconcileView:
    """How the records and Stripe were last compared, and how webhooks stand at `now`."""
    signs = _signs(session, now)
    newest = select(ReconcileRun).order_by(ReconcileRun.id.desc()).limit(MOST_RUNS)
    return ReconcileView(
        runs=[_run(row) for row in session.scalars(newest)],
        cautions=cautions(signs, now),
        signs=signs,
        next_at=session.scalar(select(ReconcileSchedule.due_at)),
    )


def _run(row: ReconcileRun) -> RunView:
    changes = [ChangeView(**change) for change in row.changes[:MOST_CHANGES]]
    return RunView(
        started_at=row.started_at,
        finished_at=row.finished_at,
        scheduled=row.scheduled,
        ending=row.ending,
        looked_at=list(row.looked_at.items()),
        changed=row.changed,
        changes=changes,
        more_changes=row.changed - len(changes),
        unknown=row.unknown,
        error=row.error,
    )


def _signs(session: Session, now: datetime) -> Signs:
    last_webhook = select(func.max(StripeEvent.received_at)).where(StripeEvent.read_at.is_(None))
    newest_attempt = select(func.max(Attempt.id)).scalar_subquery()
    last_charge = select(Attempt.happened_at).where(Attempt.id == newest_attempt)
    finished = (
        select(ReconcileRun.finished_at)
        .where(ReconcileRun.ending == Ending.FINISHED)
        .order_by(ReconcileRun.id.desc())
        .limit(1)
    )
    missed = select(func.count()).where(StripeEvent.read_at >= now - NEWS_WINDOW)
    failing = (
        select(func.count())
        .select_from(StripeEvent)
        .where(StripeEvent.attempts >= ATTEMPTS_BEFORE_ATTENTION)
    )
    return Signs(
        last_webhook_at=session.scalar(last_webhook),
        last_charge_at=session.scalar(last_charge),
        last_finished_at=session.scalar(finished),
        missed=session.scalars(missed).one(),
        failing=session.scalars(failing).one(),
    )
