"""A payment is one PaymentIntent for a bill; an attempt is one charge under it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, partial_index
from portal.jobs import JobColumns
from portal.payments.rules import PaymentState


class Payment(JobColumns, Base):
    """One PaymentIntent. As a job it asks Stripe how it stands, so that no lost webhook loses a
    payment.
    """

    __tablename__ = "payments"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        states = ", ".join(f"'{state}'" for state in PaymentState)
        return (
            CheckConstraint(f"state in ({states})", name="state"),
            CheckConstraint("amount > 0", name="amount"),
            # One payment per bill may live; a canceled one makes room for the next.
            partial_index(
                "uq_payments_live_bill", "bill_id", where="state != 'canceled'", unique=True
            ),
            Index("ix_payments_bill_id_id", "bill_id", "id"),
            Index("ix_payments_patient_id_id", "patient_id", "id"),
            partial_index("ix_payments_review", "id", where="state = 'review'"),
        )

    ref: Mapped[str] = mapped_column(String(24), unique=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bills.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    stripe_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    # Committed before the call it belongs to; Stripe answers a repeat with the same PaymentIntent.
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12), default=PaymentState.DRAFT)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    # Raised by every observation applied; an answer fetched under an older version is thrown away.
    version: Mapped[int] = mapped_column(default=0)
    # Stripe's code of the last failure, and why it stands in review.
    error_code: Mapped[str | None] = mapped_column(String(100))
    review_reason: Mapped[str | None] = mapped_column(String(200))
    brand: Mapped[str | None] = mapped_column(String(30))
    last4: Mapped[str | None] = mapped_column(String(4))
    wallet: Mapped[str | None] = mapped_column(String(30))
    created_at: Mapped[datetime]
    # When the payer last asked for the form: the worker looks more often soon after.
    started_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class Attempt(Base):
    """One charge. Amounts are minor units of the payment's currency."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    stripe_id: Mapped[str] = mapped_column(String(64), unique=True)
    # Stripe's charge status: succeeded, pending, failed.
    status: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]
    failure_code: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime]


class BalanceTransaction(Base):
    """What a charge did to the Stripe balance, in minor units of the settlement currency."""

    __tablename__ = "balance_transactions"

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(String(64), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    fee: Mapped[int]
    net: Mapped[int]
    # As Stripe writes it, decimal text; None where both currencies are one.
    exchange_rate: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
