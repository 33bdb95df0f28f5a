"""Money that goes back to a payer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, choice, partial_index
from portal.jobs import JobColumns
from portal.refunds.rules import RefundReason, RefundState


class Refund(JobColumns, Base):
    """One refund at Stripe. As a job it asks Stripe how it stands."""

    __tablename__ = "refunds"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (
            CheckConstraint("amount > 0", name="amount"),
            partial_index("ix_refunds_failed", "id", where="state = 'failed'"),
            partial_index("ix_refunds_awaiting", "id", where="state = 'awaiting_approval'"),
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
    # How much of it was credited to the payer when it first succeeded: all but what only repeats a
    # refund that a bank had sent back.
    credited: Mapped[int] = mapped_column(default=0)
    # Raised by every answer applied; one fetched under an older version is thrown away.
    version: Mapped[int] = mapped_column(default=0)
    # None where it was made in Stripe's dashboard; the note stays in the house.
    reason: Mapped[RefundReason | None] = mapped_column(choice(RefundReason, "reason", 30))
    note: Mapped[str | None] = mapped_column(String(500))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The second administrator, where one had to agree.
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # In Stripe's words: why it failed or waits, how the money travels (refund, reversal, pending),
    # and the reference that the payer's bank can trace it by.
    failure_reason: Mapped[str | None] = mapped_column(String(60))
    pending_reason: Mapped[str | None] = mapped_column(String(60))
    destination: Mapped[str | None] = mapped_column(String(30))
    bank_reference: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    # By Stripe's clock, and when we learnt of it.
    happened_at: Mapped[datetime | None]
    learnt_at: Mapped[datetime | None]
