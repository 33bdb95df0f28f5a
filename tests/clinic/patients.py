"""A clinician with many patients."""

from portal.context import Portal
from portal.infrastructure import clock
from portal.patients.models import CareRelationship, Patient
from portal.references import new_reference
from tests.support.people import Person


def add_patients(portal: Portal, clinician: Person, count: int) -> None:
    """Patients without accounts, Zoe 000 and so on, in the care of `clinician`."""
    now = clock.now()
    with portal.db.write() as session:
        for number in range(count):
            patient = Patient(
                ref=new_reference("PAT"), name=f"Zoe {number:03}", currency="GBP", created_at=now
            )
            session.add(patient)
            session.flush()
            session.add(
                CareRelationship(
                    clinician_id=clinician.user_id, patient_id=patient.id, created_at=now
                )
            )
