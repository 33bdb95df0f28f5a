"""The demo's people (CONTRACT: their addresses and password are what every guide prints)."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.models import RoleName, User
from portal.accounts.service import create_user
from portal.context import Portal
from portal.infrastructure import clock
from portal.patients.models import CareRelationship, Patient

PASSWORD = "demo-password"  # noqa: S105 - printed on the screen at every start


@dataclass(frozen=True)
class DemoPerson:
    name: str
    email: str
    role: RoleName


@dataclass(frozen=True)
class DemoPatient:
    """Database ids, and the currency that new bills are made in."""

    id: int
    user_id: int
    currency: str


ALICE = DemoPerson("Alice Archer", "alice@example.test", RoleName.PATIENT)
BOB = DemoPerson("Bob Baker", "bob@example.test", RoleName.PATIENT)
CLARA = DemoPerson("Clara Cole", "clara@example.test", RoleName.CLINICIAN)
ADAM = DemoPerson("Adam Abbott", "adam@example.test", RoleName.ADMINISTRATOR)
PEOPLE = (ALICE, BOB, CLARA, ADAM)


def add_people(portal: Portal) -> None:
    """Add whoever is missing, and that Clara cares for Alice."""
    with portal.db.read() as session:
        present = set(
            session.scalars(select(User.email).where(User.email.in_([one.email for one in PEOPLE])))
        )
    for person in PEOPLE:
        if person.email not in present:
            create_user(portal, person.email, person.role, person.name, PASSWORD)
    alice = demo_patient(portal, ALICE)
    with portal.db.write() as session:
        clinician = session.scalars(select(User.id).where(User.email == CLARA.email)).one()
        if session.get(CareRelationship, (clinician, alice.id)) is None:
            session.add(
                CareRelationship(
                    clinician_id=clinician, patient_id=alice.id, created_at=clock.now()
                )
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
