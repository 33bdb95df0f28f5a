"""The clinic's pages: Clara sees whether Alice has paid, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.actions.withdraw import withdraw
from portal.audit.models import AuditRecord
from portal.bills.models import ServiceRequest
from portal.clinic.queries import ALL_REQUESTS, PAGE_ROWS
from portal.context import Portal
from portal.payments.models import Payment
from portal.references import new_reference
from portal.stripe_sync.payments import sync_payment
from tests.clinic.patients import add_patient, add_patients
from tests.support.bills import Owed
from tests.support.client import PortalClient, form_on, tree_of, words_of
from tests.support.html import elements, text_of
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
    listed = words_of(client.get("/clinic"))
    assert "Clinical letter, requested" in listed
    assert "Not yet" in listed
    whole = words_of(client.get(f"/clinic/patients/{alice.patient_ref}"))
    for answer in ("Video consultation", "Paid", "Clinical letter", "Not yet"):
        assert answer in whole
    assert not set("£$€¥") & set(listed + whole)


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
    second = words_of(client.partial(next_page(first)))
    assert f"Zoe {PAGE_ROWS + 4:03}" in second
    assert "Zoe 000" not in second


def test_a_place_in_the_list_that_is_not_hers_is_404(
    alice: Person, bob: Person, clara: Person, sign_in: SignIn
) -> None:
    client = sign_in(clara)
    assert client.get(f"/clinic?after=none.{alice.patient_ref}").status_code == 200
    for after in (
        f"none.{bob.patient_ref}",
        "none.PAT-0000000000000000",
        f"nowhere.{alice.patient_ref}",
        alice.patient_ref,
        "none.",
        "%00",
    ):
        assert client.get(f"/clinic?after={after}").status_code == 404


def test_who_pays_between_two_pages_takes_nobody_along(
    portal: Portal,
    clara: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
) -> None:
    """Of the unpaid on the second page nobody is left out."""
    people = [add_patient(portal, clara, f"Zoe {number:03}") for number in range(PAGE_ROWS + 2)]
    bills = [request_bill(person) for person in people]
    client = sign_in(clara)
    address = next_page(client.get("/clinic"))
    sync_payment(portal, pay(bills[PAGE_ROWS - 1]).id)
    second = words_of(client.partial(address))
    assert f"Zoe {PAGE_ROWS:03}" in second
    assert f"Zoe {PAGE_ROWS + 1:03}" in second


def test_a_search_stands_in_no_address(
    portal: Portal, alice: Person, clara: Person, sign_in: SignIn
) -> None:
    add_patients(portal, clara, 9)
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
    add_patients(portal, clara, 9)
    client = sign_in(clara)
    form = form_on(client.get("/clinic"))
    part = client.post(
        "/clinic", data=form.filled({"q": "zoe 007"}), headers={"HX-Request": "true"}
    )
    assert part.text.lstrip().startswith('<div id="found"')
    assert 'data-announce="1 patient found: Zoe 007"' in part.text
    assert "Zoe 007" in words_of(part)


def test_a_name_that_many_have_is_cut_short_and_says_so(
    portal: Portal, clara: Person, sign_in: SignIn
) -> None:
    add_patients(portal, clara, PAGE_ROWS + 3)
    words = words_of(sign_in(clara).submit("/clinic", q="zoe"))
    assert "Zoe 000" in words
    assert f"Zoe {PAGE_ROWS:03}" not in words
    assert f"{PAGE_ROWS + 3} patients found" in words
    assert "3 more." in words


def test_clara_cannot_find_bob_and_is_told_whom_to_ask(
    bob: Person, clara: Person, sign_in: SignIn
) -> None:
    words = words_of(sign_in(clara).submit("/clinic", q="Bob"))
    assert "No patient found" in words
    assert "ask the office" in words


def test_too_long_a_name_is_told_so_and_kept(clara: Person, sign_in: SignIn) -> None:
    answer = sign_in(clara).submit("/clinic", q="z" * 101)
    assert answer.status_code == 422
    assert "Search for 100 letters or fewer" in words_of(answer)
    assert "z" * 101 in answer.text


def test_who_has_requested_much_has_it_all_on_their_own_page(
    alice: Person, clara: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    for _ in range(3):
        request_bill(alice)
    client = sign_in(clara)
    listed = words_of(client.get("/clinic"))
    assert listed.count("Video consultation") == 1
    assert "2 others not paid" in listed
    whole = words_of(client.get(f"/clinic/patients/{alice.patient_ref}"))
    assert whole.count("Video consultation") == 3
    assert "Only the newest services are shown" not in whole


def test_a_page_that_shows_not_all_says_so(
    portal: Portal, alice: Person, clara: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    request_bill(alice)
    repeat_request(portal, alice, ALL_REQUESTS)
    whole = words_of(sign_in(clara).get(f"/clinic/patients/{alice.patient_ref}"))
    assert whole.count("Video consultation") == ALL_REQUESTS
    assert "Only the newest services are shown" in whole


def test_whose_date_of_birth_is_not_known_is_shown_as_such(
    alice: Person, clara: Person, sign_in: SignIn
) -> None:
    client = sign_in(clara)
    for path in ("/clinic", f"/clinic/patients/{alice.patient_ref}"):
        assert "Date of birth not known" in words_of(client.get(path))


def test_a_clinician_without_patients_is_told_whom_to_ask(
    make_person: Callable[..., Person], sign_in: SignIn
) -> None:
    words = words_of(sign_in(make_person("Carl Cruz", "clinician")).get("/clinic"))
    assert "No patients yet" in words
    assert "Find a patient" not in words


def next_page(response: TestResponse) -> str:
    """The address that "Show more" leads to."""
    return next(
        link.get("href", "")
        for link in elements(tree_of(response), "a")
        if text_of(link) == "Show more"
    )


def repeat_request(portal: Portal, person: Person, times: int) -> None:
    """The person's one request again and again, without bills."""
    with portal.db.write() as session:
        first = session.scalars(
            select(ServiceRequest).where(ServiceRequest.patient_id == person.patient_id)
        ).one()
        for number in range(times):
            session.add(
                ServiceRequest(
                    ref=new_reference("REQ"),
                    patient_id=first.patient_id,
                    request_key=f"again-{number}",
                    service_id=first.service_id,
                    service_name=first.service_name,
                    quantity=1,
                    options=[],
                    created_at=first.created_at,
                    changed_at=first.changed_at,
                )
            )
