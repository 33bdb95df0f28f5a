"""Who is billed, and which clinician may look up whom."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.infrastructure.db import Base
from portal.patients.names import name_key

# Compared by code points everywhere; SQLite does so by itself.
BY_CODE_POINT = Text().with_variant(Text(collation="C"), "postgresql")


class Patient(Base):
    """Who is billed."""

    __tablename__ = "patients"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # What patients are sorted by and found by: follows from the name, and follows the name.
    name_key: Mapped[str] = mapped_column(BY_CODE_POINT)
    # Tells namesakes apart; never on a document.
    date_of_birth: Mapped[date | None]
    # As on an envelope, town, postcode and country in it; on invoices that must name it.
    address: Mapped[list[str] | None]
    # What new bills are made in; bills already made keep theirs.
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]

    @validates("name")
    def _follow_name(self, attribute: str, name: str) -> str:
        self.name_key = name_key(name)
        return name


class CareRelationship(Base):
    """A clinician (a user) cares for a patient, and so may look up whether they have paid."""

    __tablename__ = "care_relationships"

    clinician_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]
