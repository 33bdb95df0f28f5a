"""Documents, the counter that numbers them without gaps, and the links that open receipts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.documents.rules import DocumentKind, Lack
from portal.infrastructure.db import Base, choice, partial_index
from portal.jobs import JobColumns


class NumberSeries(Base):
    """The last number given out in a series; locked and raised in the transaction that uses the
    number.
    """

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int]


class Document(JobColumns, Base):
    """Issued once and frozen. As a job it draws its PDF once and stores it.

    A document that lacks something it must say is held: not drawn, and listed for the office.
    """

    __tablename__ = "documents"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (
            UniqueConstraint("kind", "number"),
            partial_index("uq_documents_invoice", "bill_id", where="kind = 'invoice'", unique=True),
            partial_index(
                "uq_documents_credit_note", "refund_id", where="refund_id is not null", unique=True
            ),
            partial_index("ix_documents_held", "id", where="held_for is not null"),
            partial_index("ix_documents_damaged", "id", where="damaged_at is not null"),
        )

    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind, "kind"))
    # Of a series without gaps; a receipt has its payment's reference.
    number: Mapped[str] = mapped_column(String(30))
    bill_id: Mapped[int] = mapped_column(ForeignKey("bills.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    # The refund that a credit note was first issued for.
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refunds.id"))
    # The day it counts for, by Stripe's clock in the business time zone.
    issued_on: Mapped[date]
    # All that it says (invoices.model), frozen: later changes of names or settings do not touch it.
    content: Mapped[dict[str, Any]]
    # SHA-256 of the content in hexadecimal; part of the name under which the PDF is stored.
    content_digest: Mapped[str] = mapped_column(String(64))
    held_for: Mapped[Lack | None] = mapped_column(choice(Lack, "held_for"))
    stored_at: Mapped[datetime | None]
    # Under which name the PDF is stored, and its SHA-256 in hexadecimal.
    stored_as: Mapped[str | None] = mapped_column(String(120))
    sha256: Mapped[str | None] = mapped_column(String(64))
    # When the stored bytes were found lost or altered; listed until somebody has looked at it.
    damaged_at: Mapped[datetime | None]


class ReceiptLink(Base):
    """What a receipt mail links to; the token carries this id, signed."""

    __tablename__ = "receipt_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    created_at: Mapped[datetime]
    # The row decides, whatever the token says.
    expires_at: Mapped[datetime]
