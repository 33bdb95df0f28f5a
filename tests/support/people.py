"""The people of every test: Alice the patient, Bob the outsider, Clara the clinician, Adam the
administrator.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleName, User
from portal.accounts.service import create_user
from portal.context import Portal
from portal.infrastructure import clock
from portal.patients.models import CareRelationship, Patient
from tests.support.client import PASSWORD, PortalClient


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `patient_id` is 0 for staff."""

    name: str
    email: str
    user_id: int
    user_ref: str
    patient_id: int = 0
    patient_ref: str = ""


def add_person(portal: Portal, name: str, email: str, role: str, currency: str = "GBP") -> Person:
    """Somebody with an account and the usual password."""
    create_user(
        portal, email=email, role=RoleName(role), name=name, password=PASSWORD, currency=currency
    )
    with portal.db.read() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        patient = session.scalar(select(Patient).where(Patient.user_id == user.id))
        patient_id, patient_ref = (patient.id, patient.ref) if patient else (0, "")
        return Person(
            name=name,
            email=email,
            user_id=user.id,
            user_ref=user.ref,
            patient_id=patient_id,
            patient_ref=patient_ref,
        )


@pytest.fixture
def make_person(portal: Portal) -> Callable[..., Person]:
    """`make_person("Dora Dean", "patient")` adds somebody, found under their first name at
    example.test.
    """

    def make(name: str, role: str, currency: str = "GBP") -> Person:
        return add_person(
            portal, name, f"{name.partition(' ')[0].lower()}@example.test", role, currency
        )

    return make


@pytest.fixture
def alice(make_person: Callable[..., Person]) -> Person:
    """A patient, billed in GBP."""
    return make_person("Alice Archer", "patient")


@pytest.fixture
def bob(make_person: Callable[..., Person]) -> Person:
    """Another patient, who has nothing to do with Alice."""
    return make_person("Bob Baker", "patient")


@pytest.fixture
def clara(portal: Portal, alice: Person, make_person: Callable[..., Person]) -> Person:
    """A clinician who cares for Alice and not for Bob."""
    person = make_person("Clara Cole", "clinician")
    with portal.db.write() as session:
        session.add(
            CareRelationship(
                clinician_id=person.user_id, patient_id=alice.patient_id, created_at=clock.now()
            )
        )
    return person


@pytest.fixture
def adam(make_person: Callable[..., Person]) -> Person:
    """An administrator."""
    return make_person("Adam Abbott", "administrator")


@pytest.fixture
def sign_in(new_client: Callable[[], PortalClient]) -> Callable[[Person], PortalClient]:
    """`sign_in(alice)` is a browser of its own in which she is signed in."""

    def open_browser(person: Person) -> PortalClient:
        client = new_client()
        assert client.sign_in(person.email).status_code == 303
        return client

    return open_browser
