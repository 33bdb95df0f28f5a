"""Background jobs: business rows carry when they are due; `run_due` claims and runs them.

The rows are the truth. Whatever wakes the worker (portal/queue.py) may lose a wake-up, never a job.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from sqlalchemy import String, func, or_, select, update
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.context import Portal
from portal.infrastructure.db import partial_index

log = structlog.get_logger()

# How long the rows of a dead worker wait for another. Rows of a slow one may be done twice, which
# changes nothing.
CLAIM = timedelta(seconds=45)
BATCH = 20
LONGEST_PAUSE = timedelta(hours=1)
# From this attempt on an administrator is shown the row, whether it is retried or not.
ATTEMPTS_BEFORE_ATTENTION = 5
# As long as mail servers try (RFC 5321, 4.5.4.1).
GIVE_UP_AFTER = timedelta(days=5)


class Failure(Enum):
    """What a failed attempt says about the next."""

    # It may come right at any time: tried again until it does.
    PASSES = auto()
    # Refused, though it may not stay so: tried again for `GIVE_UP_AFTER`, then stopped.
    MAY_LAST = auto()
    # Refused for good: the same answer would come every time.
    FOR_GOOD = auto()


class JobColumns:
    """What makes a row a job. `due_at` None: nothing to do; with `last_error`: stopped, and a
    person must act.
    """

    __tablename__: str

    id: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:  # noqa: N805
        table = cls.__tablename__
        # Of all the rows that were ever written, few have anything left to do, and fewer keep
        # failing.
        return (
            partial_index(f"ix_{table}_due_at", "due_at", where="due_at is not null"),
            partial_index(
                f"ix_{table}_attention", "id", where=f"attempts >= {ATTEMPTS_BEFORE_ATTENTION}"
            ),
            *cls.more_table_args(),
        )

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        """Further constraints of the table."""
        return ()

    def finish(self, due_at: datetime | None = None) -> None:
        """Mark done inside the transaction of the job's effect; `due_at` asks for another run."""
        self.due_at = due_at
        self.claimed_until = None
        self.attempts = 0
        self.last_error = None


@dataclass(frozen=True)
class JobKind:
    """`run(portal, id)` does the work of one row and calls `finish` on it in its own transaction.

    `judge` says what an error that `run` raised means for the next attempt. `batch` is how many
    rows one turn takes: slow kinds take few, so that the others' turn comes soon. `claim` is longer
    for work that is seen outside when it is done twice.
    """

    name: str
    model: type[JobColumns]
    run: Callable[[Portal, int], None]
    judge: Callable[[Exception], Failure]
    batch: int = BATCH
    claim: timedelta = CLAIM


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts: 5 s, 10 s, 20 s … one hour."""
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, 16)), LONGEST_PAUSE)


def attempts_within(duration: timedelta) -> int:
    """How many attempts there are until the pauses between them add up to `duration`."""
    attempts, waited = 1, timedelta(0)
    while (waited := waited + pause_after(attempts)) <= duration:
        attempts += 1
    return attempts


_MOST_ATTEMPTS = attempts_within(GIVE_UP_AFTER)


def never() -> bool:
    """Nobody asks the worker to stop."""
    return False


def run_due(
    portal: Portal, kinds: Sequence[JobKind], now: datetime, stopping: Callable[[], bool] = never
) -> int:
    """Run what is due at `now`, each row once, until `stopping` says so; returns how many ran, well
    or not.
    """
    ran = 0
    for kind in kinds:
        claimed = [] if stopping() else _claim(portal, kind, now)
        for place, job_id in enumerate(claimed):
            if stopping():
                _let_go(portal, kind, claimed[place:], now)
                break
            _run_one(portal, kind, job_id, now)
            ran += 1
    return ran


def next_due(portal: Portal, kinds: Sequence[JobKind]) -> datetime | None:
    """When the earliest job is due; one that a worker is at, when its claim ends."""
    moments: list[datetime] = []
    with portal.db.read() as session:
        for kind in kinds:
            model = kind.model
            due = select(func.min(func.coalesce(model.claimed_until, model.due_at))).where(
                model.due_at.is_not(None)
            )
            earliest = session.scalar(due)
            if earliest is not None:
                moments.append(earliest)
    return min(moments, default=None)


def _claim(portal: Portal, kind: JobKind, now: datetime) -> list[int]:
    model = kind.model
    with portal.db.read() as session:
        due = select(model.id).where(
            model.due_at <= now, or_(model.claimed_until.is_(None), model.claimed_until <= now)
        )
        if session.scalar(due.limit(1)) is None:
            return []
    with portal.db.write() as session:
        ids = list(
            session.scalars(
                due.order_by(model.due_at).limit(kind.batch).with_for_update(skip_locked=True)
            )
        )
        session.execute(
            update(model).where(model.id.in_(ids)).values(claimed_until=now + kind.claim)
        )
    return ids


def _let_go(portal: Portal, kind: JobKind, ids: list[int], now: datetime) -> None:
    """Give back what was claimed at `now`, but for what another worker has claimed since."""
    model = kind.model
    with portal.db.write() as session:
        ours = (model.id.in_(ids), model.claimed_until == now + kind.claim)
        session.execute(update(model).where(*ours).values(claimed_until=None))


def _run_one(portal: Portal, kind: JobKind, job_id: int, now: datetime) -> None:
    try:
        kind.run(portal, job_id)
    except Exception as error:  # whatever it was, the row keeps it
        log.warning(
            "job failed", kind=kind.name, id=job_id, error=type(error).__name__, exc_info=True
        )
        with portal.db.write() as session:
            job = session.get_one(kind.model, job_id, with_for_update=True)
            _note_failure(job, error, kind.judge(error), now)


def _note_failure(job: JobColumns, error: Exception, failure: Failure, now: datetime) -> None:
    """Keep the error, and when the row is tried again; one that is not comes before a person."""
    job.attempts += 1
    job.last_error = f"{type(error).__name__}: {error}"[:500]
    job.claimed_until = None
    job.due_at = now + pause_after(job.attempts)
    lasting = failure is Failure.MAY_LAST and job.attempts >= _MOST_ATTEMPTS
    if lasting or failure is Failure.FOR_GOOD:
        job.due_at = None
        # By this number the administrator's page finds it.
        job.attempts = max(job.attempts, ATTEMPTS_BEFORE_ATTENTION)
