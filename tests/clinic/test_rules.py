"""What a clinician is told, for every pair of states."""

import pytest

from portal.bills.rules import RequestState
from portal.clinic.rules import Answer, answer
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
