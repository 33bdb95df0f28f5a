"""Who is billed, and which clinician may look up whom."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base


class Patient(Base):
    __tablename__ = "patients"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # Tells namesakes apart; never on a document.
    date_of_birth: Mapped[date | None]
    # As on an envelope, town, postcode and country in it; on invoices that must name it.
    address: Mapped[list[str] | None]
    # What new bills are made in; bills already made keep theirs.
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]


class CareRelationship(Base):
    """A clinician (a user) cares for a patient, and so may look up whether they have paid."""

    __tablename__ = "care_relationships"

    clinician_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]
