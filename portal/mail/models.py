"""Outgoing messages, written in the transaction of the change they tell of."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base
from portal.jobs import JobColumns


class Mail(JobColumns, Base):
    """One message. As a job it is handed to the SMTP server; a repeat carries the same
    Message-ID.
    """

    __tablename__ = "mails"

    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
