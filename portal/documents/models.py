"""Invoices, the counter that numbers them without gaps, and the links that open receipts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base
from portal.jobs import JobColumns


class NumberSeries(Base):
    """The last number given out in a series; locked and raised in the transaction that uses the
    number.
    """

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int]


class Invoice(JobColumns, Base):
    """Issued once, when a bill is paid. As a job it draws and stores its PDF once."""

    __tablename__ = "invoices"

    number: Mapped[str] = mapped_column(String(30), unique=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bills.id"), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    issued_on: Mapped[date]
    # The whole document (invoices.model), frozen: later changes of names or settings do not touch
    # it.
    content: Mapped[dict[str, Any]]
    stored_at: Mapped[datetime | None]
    # Of the stored PDF, hexadecimal.
    sha256: Mapped[str | None] = mapped_column(String(64))


class ReceiptLink(Base):
    """What a receipt mail links to; the token carries this id, signed."""

    __tablename__ = "receipt_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    created_at: Mapped[datetime]
    # The row decides, whatever the token says.
    expires_at: Mapped[datetime]
