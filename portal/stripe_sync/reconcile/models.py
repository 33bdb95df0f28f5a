"""What runs there were, and when the next is due."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, choice
from portal.jobs import JobColumns
from portal.stripe_sync.reconcile.rules import Ending


class ReconcileRun(Base):
    """One run. While it goes on, and where its process was killed, it has no `ending`."""

    __tablename__ = "reconcile_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # How far back objects were listed at Stripe.
    since: Mapped[datetime]
    # By the worker on its schedule, else by the command.
    scheduled: Mapped[bool]
    ending: Mapped[Ending | None] = mapped_column(choice(Ending, "ending"))
    # How many objects each pass has looked at, by its name.
    looked_at: Mapped[dict[str, Any]]
    # How many rows it has changed, and the first of them: `subject`, `was` and `now`.
    changed: Mapped[int]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # Payments at Stripe that are ours and that we could not keep, by their ids there.
    unknown: Mapped[list[str]]
    error: Mapped[str | None] = mapped_column(String(500))


class ReconcileSchedule(JobColumns, Base):
    """The one row whose job is the nightly run."""

    __tablename__ = "reconcile_schedule"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (CheckConstraint("id = 1", name="only_one"),)
