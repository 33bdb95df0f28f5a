"""Clara finds the right patient among her own, on both databases alike."""

from collections.abc import Callable
from datetime import date
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.bills.models import ServiceRequest
from portal.bills.rules import RequestState
from portal.context import Portal
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.standing import Answer, answer_for_clinician
from tests.clinic.patients import add_patient
from tests.support.bills import Owed
from tests.support.client import PortalClient, tree_of, words_of
from tests.support.html import elements, text_of
from tests.support.people import Person
from tests.support.portals import Clock

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]

OBRIEN = "Patrick O\N{RIGHT SINGLE QUOTATION MARK}Brien"
ANNE_MARIE = "Anne\N{EN DASH}Marie Weiß"
NAMES = (OBRIEN, ANNE_MARIE, "Łukasz Nowak", "Maria de Souza", "Éva Nagy", "علی رضایی", "Zoe Smith")


@pytest.fixture
def clinic(portal: Portal, clara: Person, sign_in: SignIn) -> PortalClient:
    """Clara's browser; she cares for many with names of many kinds, and for Alice."""
    for name in NAMES:
        add_patient(portal, clara, name)
    return sign_in(clara)


def found(response: TestResponse) -> list[str]:
    """The names in the list, as they follow each other."""
    return [text_of(name) for name in _classed(tree_of(response), "person__name")]


def _classed(tree: Element, name: str) -> list[Element]:
    return [one for one in elements(tree) if name in (one.get("class") or "").split()]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("obrien", OBRIEN),
        ("O'Brien", OBRIEN),
        ("o`brien", OBRIEN),
        ("o brien", OBRIEN),
        ("anne-marie", ANNE_MARIE),
        ("anne\N{MINUS SIGN}marie", ANNE_MARIE),
        ("annemarie weiss", ANNE_MARIE),
        ("nowak lukasz", "Łukasz Nowak"),
        ("DE SOUZA", "Maria de Souza"),
        ("desouza", "Maria de Souza"),
        ("eva", "Éva Nagy"),
        ("علي", "علی رضایی"),
        ("\N{FULLWIDTH LATIN SMALL LETTER Z}oe\N{IDEOGRAPHIC SPACE}smith", "Zoe Smith"),
    ],
)
def test_a_name_is_found_however_it_is_typed(clinic: PortalClient, typed: str, name: str) -> None:
    assert found(clinic.submit("/clinic", q=typed)) == [name]


@pytest.mark.parametrize("typed", ["%", "_", ".*", "' or 1=1", "nobody", "\\", "3/2/1980"])
def test_what_nobody_is_called_finds_nobody(clinic: PortalClient, typed: str) -> None:
    assert found(clinic.submit("/clinic", q=typed)) == []


def test_who_has_requested_nothing_is_listed_by_last_name(clinic: PortalClient) -> None:
    assert found(clinic.get("/clinic")) == [
        "Alice Archer",
        "Maria de Souza",
        "Éva Nagy",
        "Łukasz Nowak",
        OBRIEN,
        "Zoe Smith",
        ANNE_MARIE,
        "علی رضایی",
    ]


def test_a_name_that_is_mended_is_listed_and_found_by_its_new_last_name(
    portal: Portal, clara: Person, sign_in: SignIn
) -> None:
    person = add_patient(portal, clara, "Zoe Zimmermann")
    with portal.db.write() as session:
        session.get_one(Patient, person.patient_id).name = "Zoe Abel"
    client = sign_in(clara)
    assert found(client.get("/clinic")) == ["Zoe Abel", "Alice Archer"]
    assert found(client.submit("/clinic", q="zimmermann")) == []


@pytest.fixture
def johns(portal: Portal, clara: Person, clock: Clock) -> tuple[Person, Person]:
    """Two of one name."""
    return (
        add_patient(portal, clara, "John Smith", date(1958, 2, 3)),
        add_patient(portal, clara, "John Smith", date(1994, 9, 17)),
    )


def test_two_john_smiths_are_told_apart_by_date_of_birth_age_and_reference(
    johns: tuple[Person, Person], clara: Person, sign_in: SignIn
) -> None:
    client = sign_in(clara)
    words = words_of(client.submit("/clinic", q="smith"))
    for person, born in zip(johns, ("3 Feb 1958", "17 Sept 1994"), strict=True):
        assert f"Born {born}, age" in words
        assert person.patient_ref in words
        alone = words_of(client.get(f"/clinic/patients/{person.patient_ref}"))
        assert f"Born {born}, age" in alone
        assert person.patient_ref in alone


@pytest.mark.parametrize("typed", ["3/2/1958", "john 03.02.1958", "3 Feb 1958", "1958-02-03"])
def test_a_date_of_birth_finds_the_right_john(
    johns: tuple[Person, Person], clara: Person, sign_in: SignIn, typed: str
) -> None:
    page = sign_in(clara).submit("/clinic", q=typed)
    words = words_of(page)
    assert johns[0].patient_ref in words
    assert johns[1].patient_ref not in words
    # How the date was understood, the day first.
    assert "1 patient found, born 3 Feb 1958" in words


def test_a_reference_or_its_end_finds_the_right_john(
    johns: tuple[Person, Person], clara: Person, sign_in: SignIn
) -> None:
    client = sign_in(clara)
    for person, other in (johns, johns[::-1]):
        ref = person.patient_ref
        for typed in (ref, ref.lower(), ref[-4:], f"smith {ref[-6:].lower()}"):
            words = words_of(client.submit("/clinic", q=typed))
            assert ref in words, typed
            assert other.patient_ref not in words, typed


def test_pat_marie_is_found_though_references_begin_with_pat(
    portal: Portal, clara: Person, sign_in: SignIn
) -> None:
    add_patient(portal, clara, "Pat-Marie Jones")
    assert found(sign_in(clara).submit("/clinic", q="pat-marie")) == ["Pat-Marie Jones"]


def test_the_unpaid_come_first_then_who_is_for_the_office_then_the_paid(
    portal: Portal, clara: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    """Whatever the request's and the payment's states are, the order follows the answer."""
    expected: dict[Answer, list[str]] = {answer: [] for answer in Answer}
    for state in RequestState:
        person = add_patient(portal, clara, f"Zoe {state.capitalize()}")
        request_bill(person)
        _set_state(portal, person, state)
        expected[answer_for_clinician(state, None)].append(person.name)
    assert found(sign_in(clara).get("/clinic")) == [
        *sorted(expected[Answer.NOT_YET], key=_last_name),
        *sorted(expected[Answer.ASK_THE_OFFICE], key=_last_name),
        *sorted(expected[Answer.PAID], key=_last_name),
        "Alice Archer",
    ]


def test_a_payment_in_review_is_for_the_office(
    portal: Portal,
    alice: Person,
    clara: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
) -> None:
    payment = pay(request_bill(alice))
    with portal.db.write() as session:
        session.get_one(Payment, payment.id).state = PaymentState.REVIEW
    client = sign_in(clara)
    for path in ("/clinic", f"/clinic/patients/{alice.patient_ref}"):
        words = words_of(client.get(path))
        assert "Ask the office" in words
        assert "Not yet" not in words


def _set_state(portal: Portal, person: Person, state: RequestState) -> None:
    with portal.db.write() as session:
        session.execute(
            update(ServiceRequest)
            .where(ServiceRequest.patient_id == person.patient_id)
            .values(state=state)
        )


def _last_name(name: str) -> str:
    return name.rpartition(" ")[2]
