"""Outgoing messages, written in the transaction of the change they tell of."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base
from portal.jobs import JobColumns


class Mail(JobColumns, Base):
    """One message. As a job it is handed to the SMTP server; a repeat carries the same
    Message-ID.
    """

    __tablename__ = "mails"

    @classmethod
    def more_table_args(cls) -> tuple[object, ...]:
        return (Index("uq_mails_subject_ref_kind", "subject_ref", "kind", unique=True),)

    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    # The row it tells of, which is told of once in this kind of mail; None where a mail may be
    # written again, such as a link to a new password.
    subject_ref: Mapped[str | None] = mapped_column(String(64))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
