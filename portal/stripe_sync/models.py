"""The webhook inbox: a row is stored before Stripe is answered, and is itself the job."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, choice, partial_index
from portal.jobs import JobColumns
from portal.stripe_sync.rules import Outcome


class StripeEvent(JobColumns, Base):
    """A hint from Stripe that an object changed; the object itself is fetched when the job runs."""

    __tablename__ = "stripe_events"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (
            partial_index("ix_stripe_events_unhandled", "id", where="outcome = 'unhandled'"),
            partial_index("ix_stripe_events_heard", "received_at", where="read_at is null"),
            partial_index("ix_stripe_events_read", "read_at", where="read_at is not null"),
            partial_index("ix_stripe_events_unknown", "intent_id", where="outcome = 'unknown'"),
        )

    stripe_id: Mapped[str] = mapped_column(String(64), unique=True)
    type: Mapped[str] = mapped_column(String(100))
    # The kind of object that it is about, as Stripe names it: payment_intent, payout …
    object_type: Mapped[str | None] = mapped_column(String(64))
    object_id: Mapped[str | None] = mapped_column(String(64))
    # The PaymentIntent that the object is or belongs to.
    intent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    received_at: Mapped[datetime]
    # When it was read at Stripe, where no webhook had brought it.
    read_at: Mapped[datetime | None]
    livemode: Mapped[bool | None]
    api_version: Mapped[str | None] = mapped_column(String(40))
    # The connected account it came from; we have none.
    account: Mapped[str | None] = mapped_column(String(64))
    # None until it has been acted on.
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "outcome"))
