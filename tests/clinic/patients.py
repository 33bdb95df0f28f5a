"""A clinician with many patients."""

from datetime import date

from portal.context import Portal
from portal.infrastructure import clock
from portal.patients.models import CareRelationship, Patient
from portal.references import new_reference
from tests.support.people import Person


def add_patients(portal: Portal, clinician: Person, count: int) -> None:
    """Patients without accounts, Zoe 000 and so on, in the care of `clinician`."""
    for number in range(count):
        add_patient(portal, clinician, f"Zoe {number:03}")


def add_patient(
    portal: Portal, clinician: Person, name: str, date_of_birth: date | None = None
) -> Person:
    """A patient without an account, in the care of `clinician`."""
    now = clock.now()
    with portal.db.write() as session:
        patient = Patient(
            ref=new_reference("PAT"),
            name=name,
            date_of_birth=date_of_birth,
            currency="GBP",
            created_at=now,
        )
        session.add(patient)
        session.flush()
        session.add(
            CareRelationship(clinician_id=clinician.user_id, patient_id=patient.id, created_at=now)
        )
    return Person(name, "", 0, "", patient.id, patient.ref)
