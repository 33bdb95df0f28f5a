"""The clinic's pages: Clara sees whether Alice has paid, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditRecord
from portal.bills.withdrawal import withdraw
from portal.clinic.service import PAGE_ROWS
from portal.context import Portal
from portal.patients.models import CareRelationship, Patient
from portal.payments import service
from portal.payments.models import Payment
from portal.references import new_reference
from tests.support.bills import Owed
from tests.support.client import PortalClient, words_of
from tests.support.people import Person
from tests.support.queries import Statements

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]


def test_clara_sees_paid_and_not_yet_and_no_amounts(
    portal: Portal, alice: Person, clara: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    service.refresh(portal, pay(request_bill(alice, "video-consultation")).id)
    request_bill(alice, "clinical-letter")
    client = sign_in(clara)
    for path in ("/clinic", f"/clinic/patients/{alice.patient_ref}"):
        words = words_of(client.get(path))
        assert "Video consultation" in words
        assert "Paid" in words
        assert "Not yet" in words
        assert not set("£$€¥") & set(words)


def test_bob_is_404_to_clara_like_somebody_who_does_not_exist(bob: Person, clara: Person, sign_in: SignIn) -> None:
    client = sign_in(clara)
    foreign = client.get(f"/clinic/patients/{bob.patient_ref}")
    missing = client.get("/clinic/patients/PAT-0000000000000000")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words_of(foreign) == words_of(missing)
    assert client.get("/clinic/patients/%00").status_code == 404
    assert "Bob" not in words_of(client.get("/clinic"))


def test_a_withdrawn_request_is_not_shown(
    portal: Portal, alice: Person, clara: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    withdraw(portal, request_bill(alice, "ad-hoc-advice").id)
    assert "Ad-hoc advice" not in words_of(sign_in(clara).get(f"/clinic/patients/{alice.patient_ref}"))


def test_looking_at_a_patient_is_written_to_the_audit_trail(
    portal: Portal, alice: Person, clara: Person, sign_in: SignIn
) -> None:
    sign_in(clara).get(f"/clinic/patients/{alice.patient_ref}")
    with portal.db.read() as session:
        looked = session.scalars(select(AuditRecord).where(AuditRecord.action == "patient.looked_up")).one()
    assert (looked.user_id, looked.subject_ref) == (clara.user_id, alice.patient_ref)


def test_many_patients_come_page_by_page_in_as_few_queries_as_one(
    portal: Portal,
    clara: Person,
    sign_in: SignIn,
    queries: Callable[[], AbstractContextManager[Statements]],
) -> None:
    client = sign_in(clara)
    with queries() as for_one:
        client.get("/clinic")
    _add_patients(portal, clara, PAGE_ROWS + 5)
    with queries() as for_many:
        first = client.get("/clinic")
    assert len(for_many) <= len(for_one) + 1
    assert "Zoe 000" in words_of(first)
    last_ref = first.get_data(as_text=True).split("/clinic?after=")[1].split('"')[0]
    second = words_of(client.partial(f"/clinic?after={last_ref}"))
    assert f"Zoe {PAGE_ROWS + 4:03}" in second
    assert "Zoe 000" not in second


def test_a_place_in_the_list_that_is_not_hers_is_404(bob: Person, clara: Person, sign_in: SignIn) -> None:
    client = sign_in(clara)
    for ref in (bob.patient_ref, "PAT-0000000000000000", "%00"):
        assert client.get(f"/clinic?after={ref}").status_code == 404


def _add_patients(portal: Portal, clara: Person, count: int) -> None:
    with portal.db.write() as session:
        for number in range(count):
            patient = Patient(ref=new_reference("PAT"), name=f"Zoe {number:03}", currency="GBP", created_at=clock.now())
            session.add(patient)
            session.flush()
            session.add(CareRelationship(clinician_id=clara.user_id, patient_id=patient.id, created_at=clock.now()))
