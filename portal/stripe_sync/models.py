"""The webhook inbox: a row is stored before Stripe is answered, and is itself the job."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, partial_index
from portal.jobs import JobColumns


class StripeEvent(JobColumns, Base):
    """A hint from Stripe that an object changed; the object itself is fetched when the job runs."""

    __tablename__ = "stripe_events"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (
            CheckConstraint("outcome in ('applied', 'foreign', 'unhandled')", name="outcome"),
            partial_index("ix_stripe_events_unhandled", "id", where="outcome = 'unhandled'"),
        )

    stripe_id: Mapped[str] = mapped_column(String(64), unique=True)
    type: Mapped[str] = mapped_column(String(100))
    object_id: Mapped[str | None] = mapped_column(String(64))
    # The PaymentIntent that the object is or belongs to.
    intent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    received_at: Mapped[datetime]
    # Foreign: not this portal's. Unhandled: shown to an administrator. None until done.
    outcome: Mapped[str | None] = mapped_column(String(20))
