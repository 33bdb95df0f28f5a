"""One whole run, and its row."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from portal.context import Portal
from portal.infrastructure import clock
from portal.jobs import never
from portal.stripe_sync.reconcile.models import ReconcileRun
from portal.stripe_sync.reconcile.passes import PASSES, Pass
from portal.stripe_sync.reconcile.rules import LISTED_FOR, Ending
from portal.stripe_sync.reconcile.run import Run, Stopped


def reconcile(
    portal: Portal,
    since: datetime | None = None,
    scheduled: bool = False,
    stopping: Callable[[], bool] = never,
    tell: Callable[[str, int], None] | None = None,
    passes: Sequence[Pass] = PASSES,
) -> Run:
    """Bring everything to Stripe's truth, listing objects made at `since` or later there.

    Each object is brought there in a transaction of its own, so that a run can be stopped and run
    again at any point; its row says how far it came. Raises Stopped where `stopping` said so,
    StripeUnavailable, StripeRefused where it is our key that is not taken.
    """
    run = Run(portal, since or clock.now() - LISTED_FOR, stopping)
    if tell is not None:
        run.tell = tell
    run_id = _begin(run, scheduled)
    ending, error = Ending.FAILED, None
    try:
        for one in passes:
            run.begin(one.name)
            one.go(run)
        ending = Ending.FINISHED
    except (Stopped, KeyboardInterrupt):
        ending = Ending.STOPPED
        raise
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
        raise
    finally:
        _end(run, run_id, ending, error)
    return run


def _begin(run: Run, scheduled: bool) -> int:
    with run.portal.db.write() as session:
        row = ReconcileRun(
            started_at=clock.now(),
            since=run.since,
            scheduled=scheduled,
            looked_at={},
            changed=0,
            changes=[],
            unknown=[],
        )
        session.add(row)
        session.flush()
        return row.id


def _end(run: Run, run_id: int, ending: Ending, error: str | None) -> None:
    said = error or "; ".join(run.refusals)
    with run.portal.db.write() as session:
        row = session.get_one(ReconcileRun, run_id)
        row.finished_at = clock.now()
        row.ending = ending
        row.looked_at = dict(run.looked_at)
        row.changed = run.changed
        row.changes = [asdict(change) for change in run.changes]
        row.unknown = list(run.unknown)
        row.error = said[:500] or None
