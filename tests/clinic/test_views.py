"""The clinic's pages: Clara sees whether Alice has paid, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import select

from portal.actions.withdraw import withdraw
from portal.audit.models import AuditRecord
from portal.clinic.queries import LATEST_REQUESTS, PAGE_ROWS
from portal.context import Portal
from portal.payments.models import Payment
from portal.stripe_sync.payments import sync_payment
from tests.clinic.patients import add_patients
from tests.support.bills import Owed
from tests.support.client import PortalClient, form_on, words_of
from tests.support.people import Person
from tests.support.queries import Statements

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]


def test_clara_sees_paid_and_not_yet_and_no_amounts(
    portal: Portal,
    alice: Person,
    clara: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
) -> None:
    sync_payment(portal, pay(request_bill(alice, "video-consultation")).id)
    request_bill(alice, "clinical-letter")
    client = sign_in(clara)
    for path in ("/clinic", f"/clinic/patients/{alice.patient_ref}"):
        words = words_of(client.get(path))
        assert "Video consultation" in words
        assert "Paid" in words
        assert "Not yet" in words
        assert not set("£$€¥") & set(words)


def test_bob_is_404_to_clara_like_somebody_who_does_not_exist(
    bob: Person, clara: Person, sign_in: SignIn
) -> None:
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
    assert "Ad-hoc advice" not in words_of(
        sign_in(clara).get(f"/clinic/patients/{alice.patient_ref}")
    )


def test_looking_at_a_patient_is_written_to_the_audit_trail(
    portal: Portal, alice: Person, clara: Person, sign_in: SignIn
) -> None:
    sign_in(clara).get(f"/clinic/patients/{alice.patient_ref}")
    with portal.db.read() as session:
        looked = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "patient.looked_up")
        ).one()
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
    add_patients(portal, clara, PAGE_ROWS + 5)
    with queries() as for_many:
        first = client.get("/clinic")
    assert len(for_many) <= len(for_one) + 1
    assert "Zoe 000" in words_of(first)
    last_ref = first.get_data(as_text=True).split("/clinic?after=")[1].split('"')[0]
    second = words_of(client.partial(f"/clinic?after={last_ref}"))
    assert f"Zoe {PAGE_ROWS + 4:03}" in second
    assert "Zoe 000" not in second


def test_a_place_in_the_list_that_is_not_hers_is_404(
    bob: Person, clara: Person, sign_in: SignIn
) -> None:
    client = sign_in(clara)
    for ref in (bob.patient_ref, "PAT-0000000000000000", "%00"):
        assert client.get(f"/clinic?after={ref}").status_code == 404


def test_clara_finds_a_patient_by_part_of_the_name_and_no_name_stands_in_an_address(
    portal: Portal, alice: Person, clara: Person, sign_in: SignIn
) -> None:
    add_patients(portal, clara, PAGE_ROWS)
    client = sign_in(clara)
    page = client.get("/clinic")
    assert "Alice Archer" in words_of(page)
    found = client.submit(page, q=" zoe  007 ")
    assert (found.status_code, found.request.full_path) == (200, "/clinic?")
    assert "Zoe 007" in words_of(found)
    assert "Alice Archer" not in words_of(found)
    assert "Alice Archer" in words_of(client.submit(found, q=""))


def test_with_scripts_a_search_changes_the_list_alone(
    portal: Portal, clara: Person, sign_in: SignIn
) -> None:
    add_patients(portal, clara, PAGE_ROWS)
    client = sign_in(clara)
    form = form_on(client.get("/clinic"))
    part = client.post(
        "/clinic", data=form.filled({"q": "zoe 007"}), headers={"HX-Request": "true"}
    )
    assert part.text.lstrip().startswith('<div id="found"')
    assert "Zoe 007" in words_of(part)


def test_a_name_that_many_have_is_cut_short_and_says_so(
    portal: Portal, clara: Person, sign_in: SignIn
) -> None:
    add_patients(portal, clara, PAGE_ROWS + 3)
    words = words_of(sign_in(clara).submit("/clinic", q="zoe"))
    assert "Zoe 000" in words
    assert f"Zoe {PAGE_ROWS:03}" not in words
    assert "3 more with this name" in words


def test_clara_cannot_find_bob_and_is_told_whom_to_ask(
    portal: Portal, bob: Person, clara: Person, sign_in: SignIn
) -> None:
    add_patients(portal, clara, PAGE_ROWS)
    words = words_of(sign_in(clara).submit("/clinic", q="Bob"))
    assert "No patient found" in words
    assert "ask the office" in words


def test_too_long_a_name_is_told_so_and_kept(
    portal: Portal, clara: Person, sign_in: SignIn
) -> None:
    add_patients(portal, clara, PAGE_ROWS)
    answer = sign_in(clara).submit("/clinic", q="z" * 101)
    assert answer.status_code == 422
    assert "Search for 100 letters or fewer" in words_of(answer)
    assert "z" * 101 in answer.text


def test_whoever_has_asked_for_much_has_it_all_on_their_own_page(
    alice: Person, clara: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    for _ in range(LATEST_REQUESTS + 1):
        request_bill(alice)
    client = sign_in(clara)
    assert words_of(client.get("/clinic")).count("Video consultation") == LATEST_REQUESTS
    assert "All services of Alice Archer" in words_of(client.get("/clinic"))
    assert (
        words_of(client.get(f"/clinic/patients/{alice.patient_ref}")).count("Video")
        == LATEST_REQUESTS + 1
    )
