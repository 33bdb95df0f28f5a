"""The demo's people (CONTRACT: their addresses and password are what every guide prints)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.accounts.models import RoleName, User
from portal.accounts.service import create_user
from portal.context import Portal
from portal.infrastructure import clock
from portal.patients.models import CareRelationship, Patient

PASSWORD = "demo-password"  # noqa: S105 - printed on the screen at every start


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demo, and how they sign in."""

    name: str
    email: str
    role: RoleName
    date_of_birth: date | None = None


@dataclass(frozen=True)
class DemoPatient:
    """Database ids, and the currency that new bills are made in."""

    id: int
    user_id: int
    currency: str


ALICE = DemoPerson("Alice Archer", "alice@example.test", RoleName.PATIENT, date(1954, 3, 28))
BOB = DemoPerson("Bob Baker", "bob@example.test", RoleName.PATIENT, date(1979, 11, 2))
# Two of one name: Clara has to be able to tell them apart.
JOHN = DemoPerson("John Smith", "john@example.test", RoleName.PATIENT, date(1958, 2, 3))
OTHER_JOHN = DemoPerson(
    "John Smith", "john.smith@example.test", RoleName.PATIENT, date(1994, 9, 17)
)
CLARA = DemoPerson("Clara Cole", "clara@example.test", RoleName.CLINICIAN)
ADAM = DemoPerson("Adam Abbott", "adam@example.test", RoleName.ADMINISTRATOR)
PEOPLE = (ALICE, BOB, JOHN, OTHER_JOHN, CLARA, ADAM)
IN_CLARAS_CARE = (ALICE, JOHN, OTHER_JOHN)


def add_people(portal: Portal) -> None:
    """Add whoever is missing, and whom Clara cares for."""
    with portal.db.read() as session:
        present = set(
            session.scalars(select(User.email).where(User.email.in_([one.email for one in PEOPLE])))
        )
    for person in PEOPLE:
        if person.email not in present:
            create_user(portal, person.email, person.role, person.name, PASSWORD)
    _complete(portal)


def _complete(portal: Portal) -> None:
    """What a demo of an earlier version lacks is added to it, too."""
    patients = {one: demo_patient(portal, one).id for one in PEOPLE if one.role == RoleName.PATIENT}
    with portal.db.write() as session:
        for person, patient_id in patients.items():
            patient = session.get_one(Patient, patient_id)
            patient.date_of_birth = patient.date_of_birth or person.date_of_birth
        clinician_id = session.scalars(select(User.id).where(User.email == CLARA.email)).one()
        for person in IN_CLARAS_CARE:
            ids = (clinician_id, patients[person])
            if session.get(CareRelationship, ids) is None:
                session.add(_care(*ids))


def _care(clinician_id: int, patient_id: int) -> CareRelationship:
    return CareRelationship(
        clinician_id=clinician_id, patient_id=patient_id, created_at=clock.now()
    )


def demo_patient(portal: Portal, person: DemoPerson) -> DemoPatient:
    """The patient that `add_people` added for `person`."""
    with portal.db.read() as session:
        found = session.execute(
            select(Patient.id, User.id, Patient.currency)
            .join(User, User.id == Patient.user_id)
            .where(User.email == person.email)
        ).one()
    return DemoPatient(*found)
