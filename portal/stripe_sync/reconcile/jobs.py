"""The nightly run."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from portal.context import Portal
from portal.infrastructure import clock
from portal.infrastructure.db import Database
from portal.jobs import JobKind, never
from portal.stripe_sync.jobs import judge
from portal.stripe_sync.reconcile.models import ReconcileSchedule
from portal.stripe_sync.reconcile.rules import next_night
from portal.stripe_sync.reconcile.run import Stopped
from portal.stripe_sync.reconcile.service import reconcile

# Longer than a run takes; one whose worker was killed begins anew after this.
CLAIM = timedelta(hours=2)
# Longer than a worker takes to end.
PAUSE = timedelta(minutes=1)


def plan(db: Database, zone: str) -> None:
    """Have a run each night, from the next on. `portal migrate` calls it; planned stays planned."""
    try:
        with db.write() as session:
            if session.get(ReconcileSchedule, 1) is None:
                session.add(ReconcileSchedule(id=1, due_at=next_night(clock.now(), zone)))
    except IntegrityError:
        # Another process planned it at the same moment.
        return


def kind_stopped_by(stopping: Callable[[], bool]) -> JobKind:
    """The nightly run as a job that ends early when `stopping` says so."""

    def run(portal: Portal, schedule_id: int) -> None:
        try:
            reconcile(portal, scheduled=True, stopping=stopping)
        except Stopped:
            _put_off(portal, schedule_id)
            return
        with portal.db.write() as session:
            row = session.get_one(ReconcileSchedule, schedule_id, with_for_update=True)
            row.finish(next_night(clock.now(), portal.settings.business_timezone))

    return JobKind("reconcile", ReconcileSchedule, run, judge, batch=1, claim=CLAIM)


def _put_off(portal: Portal, schedule_id: int) -> None:
    """The next worker begins it anew; this one is about to end and does not."""
    with portal.db.write() as session:
        row = session.get_one(ReconcileSchedule, schedule_id, with_for_update=True)
        row.finish(clock.now() + PAUSE)


KIND = kind_stopped_by(never)
