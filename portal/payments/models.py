"""A payment is one PaymentIntent for a bill; an attempt is one charge under it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, choice, partial_index
from portal.jobs import JobColumns
from portal.payments.rules import PaymentState


class Payment(JobColumns, Base):
    """One PaymentIntent. As a job it asks Stripe how it stands, so that no lost webhook loses a
    payment.
    """

    __tablename__ = "payments"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (
            CheckConstraint("amount > 0", name="amount"),
            # A bill has one payment that is not canceled; a canceled one makes room for the next.
            partial_index(
                "uq_payments_current", "bill_id", where="state != 'canceled'", unique=True
            ),
            Index("ix_payments_bill_id_id", "bill_id", "id"),
            Index("ix_payments_patient_id_dated_at_id", "patient_id", "dated_at", "id"),
            partial_index("ix_payments_review", "id", where="state = 'review'"),
        )

    ref: Mapped[str] = mapped_column(String(24), unique=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bills.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    stripe_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    # Committed before the call it belongs to; Stripe answers a repeat with the same PaymentIntent.
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[PaymentState] = mapped_column(
        choice(PaymentState, length=12), default=PaymentState.DRAFT
    )
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
    # The one date that lists sort, filter and show by: when it was paid, else begun.
    dated_at: Mapped[datetime]
    # What Stripe has received, in minor units of the currency it took, by its last answer.
    received: Mapped[int | None]
    received_currency: Mapped[str | None] = mapped_column(String(3))
    # When the card was charged, by Stripe's clock, and when we learnt of it.
    paid_at: Mapped[datetime | None]
    paid_learnt_at: Mapped[datetime | None]


class Attempt(Base):
    """One charge, the declined too. Amounts are minor units of the payment's currency.

    Codes are Stripe's words: docs.stripe.com/api/charges/object#charge_object-outcome.
    """

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    stripe_id: Mapped[str] = mapped_column(String(64), unique=True)
    # Stripe's charge status: succeeded, pending, failed.
    status: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]
    failure_code: Mapped[str | None] = mapped_column(String(100))
    # By Stripe's clock, and when we learnt of it.
    happened_at: Mapped[datetime]
    learnt_at: Mapped[datetime]
    brand: Mapped[str | None] = mapped_column(String(30))
    last4: Mapped[str | None] = mapped_column(String(4))
    wallet: Mapped[str | None] = mapped_column(String(30))
    # Where the card was issued, ISO 3166.
    country: Mapped[str | None] = mapped_column(String(2))
    # What Stripe and the bank made of it.
    outcome_type: Mapped[str | None] = mapped_column(String(40))
    risk_level: Mapped[str | None] = mapped_column(String(30))
    risk_score: Mapped[int | None]
    # pass, fail, unavailable or unchecked: the first line and the postcode of the address, the CVC.
    address_line1_check: Mapped[str | None] = mapped_column(String(20))
    address_postal_code_check: Mapped[str | None] = mapped_column(String(20))
    cvc_check: Mapped[str | None] = mapped_column(String(20))
    three_d_secure: Mapped[str | None] = mapped_column(String(40))
    advice_code: Mapped[str | None] = mapped_column(String(40))
    network_advice_code: Mapped[str | None] = mapped_column(String(40))
    network_decline_code: Mapped[str | None] = mapped_column(String(40))


class BalanceTransaction(Base):
    """What happened to the Stripe balance, in minor units of the settlement currency."""

    __tablename__ = "balance_transactions"

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(String(64), unique=True)
    # Stripe's words: charge, refund, adjustment, stripe_fee …
    type: Mapped[str] = mapped_column(String(60))
    reporting_category: Mapped[str] = mapped_column(String(60))
    # The charge, refund, dispute … that it comes from; some fees have none.
    source_id: Mapped[str | None] = mapped_column(String(64), index=True)
    # None for what belongs to the account and not to a payment.
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    fee: Mapped[int]
    # Each with type, amount, currency and description, as Stripe lists them.
    fee_details: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    net: Mapped[int]
    # As Stripe writes it, decimal text; None where both currencies are one.
    exchange_rate: Mapped[str | None] = mapped_column(String(32))
    # When the money can be paid out; not known of those from before this was kept.
    available_on: Mapped[datetime | None]
    # By Stripe's clock, and when we learnt of it.
    happened_at: Mapped[datetime]
    learnt_at: Mapped[datetime]


class CheckoutRecord(Base):
    """Who pressed Pay, kept as evidence for a dispute: one row each time."""

    __tablename__ = "checkout_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    at: Mapped[datetime]
    ip_address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(300))
    # What the page said would be paid, in minor units.
    shown_total: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    # Which version of the terms of payment the page linked to.
    terms_version: Mapped[str] = mapped_column(String(20))
