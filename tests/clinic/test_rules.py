"""What a clinician is told, for every pair of states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.bills.rules import RequestState
from portal.clinic.rules import Answer, answer, is_named
from portal.payments.rules import PaymentState

PAYMENTS = [None, *PaymentState]


@pytest.mark.parametrize("payment", PAYMENTS)
@pytest.mark.parametrize("request_state", RequestState)
def test_paid_is_said_of_active_and_completed_requests_only(
    request_state: RequestState, payment: PaymentState | None
) -> None:
    told = answer(request_state, payment)
    assert (told is Answer.PAID) == (request_state in {RequestState.ACTIVE, RequestState.COMPLETED})


def test_a_payment_held_for_review_is_for_the_office() -> None:
    assert answer(RequestState.REQUESTED, PaymentState.REVIEW) is Answer.ASK_THE_OFFICE


def test_a_payment_on_its_way_is_not_paid_yet() -> None:
    assert answer(RequestState.REQUESTED, PaymentState.PROCESSING) is Answer.NOT_YET


@pytest.mark.parametrize("request_state", [RequestState.ON_HOLD, RequestState.CANCELLED])
def test_disputed_and_cancelled_requests_are_for_the_office(request_state: RequestState) -> None:
    assert answer(request_state, PaymentState.PAID) is Answer.ASK_THE_OFFICE


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Alice Archer", "ali"),
        ("Alice Archer", "ARCHER"),
        ("Alice Archer", "archer alice"),
        ("Łukasz Wiśniewski", "lukasz wisn"),
        ("Siân O'Connor-Smith", "sian oconnor smith"),
        ("Siân O'Connor-Smith", "o\N{RIGHT SINGLE QUOTATION MARK}connor"),
        ("Jørgen Æbelø", "jorgen aebelo"),
        ("Jörg Straße", "jorg strasse"),
        ("李小龍", "小龍"),
    ],
)
def test_a_name_is_found_as_a_hurried_person_types_it(name: str, words: str) -> None:
    assert is_named(name, words)


@pytest.mark.parametrize("words", ["bob", "alice baker", "%", "_", "a.*r"])
def test_another_name_is_not_found(words: str) -> None:
    assert not is_named("Alice Archer", words)


@given(name=st.text(min_size=1, max_size=40))
def test_everybody_is_found_by_their_own_name(name: str) -> None:
    assert is_named(name, name)
