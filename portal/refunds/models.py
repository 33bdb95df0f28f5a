"""Money that goes back to a payer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, choice, partial_index
from portal.jobs import JobColumns
from portal.refunds.rules import RefundState


class Refund(JobColumns, Base):
    """One refund at Stripe. As a job it asks Stripe how it stands."""

    __tablename__ = "refunds"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (
            CheckConstraint("amount > 0", name="amount"),
            partial_index("ix_refunds_failed", "id", where="state = 'failed'"),
        )

    ref: Mapped[str] = mapped_column(String(24), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    stripe_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    # Committed before the call it belongs to; Stripe answers a repeat with the same refund.
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[RefundState] = mapped_column(choice(RefundState), default=RefundState.DRAFT)
    # Minor units of the currency that the payer paid in.
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    # Raised by every answer applied; one fetched under an older version is thrown away.
    version: Mapped[int] = mapped_column(default=0)
    failure_reason: Mapped[str | None] = mapped_column(String(60))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    # By Stripe's clock, and when we learnt of it.
    happened_at: Mapped[datetime | None]
    learnt_at: Mapped[datetime | None]
