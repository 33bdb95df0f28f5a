"""Who did or saw what; rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base


class AuditRecord(Base):
    """One thing that somebody did or saw, or that the portal did by itself."""

    __tablename__ = "audit_records"
    __table_args__ = (Index("ix_audit_records_subject", "subject_type", "subject_ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # When we learnt of it and wrote it down.
    at: Mapped[datetime]
    # When it happened, by Stripe's clock, where that is not the same.
    happened_at: Mapped[datetime | None]
    # None: the portal itself, on Stripe's word or on time.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_ref: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]]
