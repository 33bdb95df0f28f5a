"""Append-only double entry: each entry's postings sum to zero per currency."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.infrastructure.db import Base


class LedgerEntry(Base):
    """What happened once to one source (a Stripe id or a reference of ours); never changed, only
    reversed.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (UniqueConstraint("source_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(30))
    # When the money moved, by Stripe's clock; what reports and periods go by.
    happened_at: Mapped[datetime] = mapped_column(index=True)
    learnt_at: Mapped[datetime]

    postings: Mapped[list["Posting"]] = relationship()


class Posting(Base):
    """A debit (positive) or credit (negative) in minor units of `currency`."""

    __tablename__ = "postings"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), index=True)
    account: Mapped[str] = mapped_column(String(30))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
