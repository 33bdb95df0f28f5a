"""Finding patients."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.patients.models import Patient


def patient_of(session: Session, user_id: int) -> Patient | None:
    """The patient whom this user is, if any."""
    return session.scalar(select(Patient).where(Patient.user_id == user_id))
