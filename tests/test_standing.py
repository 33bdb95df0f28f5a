"""Where a bill stands, and when it is late."""

from datetime import date

import pytest

from portal.bills.rules import BillState, RequestState
from portal.payments.rules import PaymentState
from portal.standing import (
    Answer,
    Standing,
    answer_for_clinician,
    badge,
    is_overdue,
    payment_badge,
    standing_of,
)

EXPECTED = {
    None: Standing.PAYABLE,
    PaymentState.DRAFT: Standing.PAYABLE,
    PaymentState.OPEN: Standing.PAYABLE,
    PaymentState.ACTION: Standing.ACTION,
    PaymentState.PROCESSING: Standing.UNDER_WAY,
    PaymentState.PAID: Standing.UNDER_WAY,
    PaymentState.REVIEW: Standing.REVIEW,
}


@pytest.mark.parametrize(
    "payment", [None, *(state for state in PaymentState if state is not PaymentState.CANCELED)]
)
def test_an_open_bill_stands_where_its_payment_stands(payment: PaymentState | None) -> None:
    assert standing_of(BillState.OPEN, payment) is EXPECTED[payment]


@pytest.mark.parametrize("state", [BillState.PAID, BillState.SETTLED, BillState.WITHDRAWN])
@pytest.mark.parametrize("payment", [None, PaymentState.PAID, PaymentState.OPEN])
def test_a_closed_bill_stands_where_it_closed(
    state: BillState, payment: PaymentState | None
) -> None:
    assert standing_of(state, payment).value == state.value


def test_a_bill_is_late_from_the_day_after_and_only_while_it_can_be_paid() -> None:
    due = date(2026, 12, 1)
    assert not is_overdue(Standing.PAYABLE, due, today=due)
    assert is_overdue(Standing.PAYABLE, due, today=date(2026, 12, 2))
    assert is_overdue(Standing.ACTION, due, today=date(2026, 12, 2))
    assert not is_overdue(Standing.UNDER_WAY, due, today=date(2026, 12, 2))


def test_every_bill_and_every_payment_has_a_badge_with_words_of_its_own() -> None:
    bills = [badge(standing) for standing in Standing]
    assert len({str(look.text) for look in bills}) == len(Standing)
    assert badge(Standing.PAYABLE, overdue=True).text == "Overdue"
    said = {state: str(payment_badge(state).text) for state in PaymentState}
    assert said == {
        PaymentState.DRAFT: "Not paid",
        PaymentState.OPEN: "Not paid",
        PaymentState.ACTION: "Not finished",
        PaymentState.PROCESSING: "On its way",
        PaymentState.PAID: "Paid",
        PaymentState.CANCELED: "Cancelled",
        PaymentState.REVIEW: "Being checked",
    }


PAYMENTS = [None, *PaymentState]
# Whatever the payment's state; what differs with it is below.
ANSWERS = {
    RequestState.REQUESTED: Answer.NOT_YET,
    RequestState.ACTIVE: Answer.PAID,
    RequestState.COMPLETED: Answer.PAID,
    RequestState.ON_HOLD: Answer.ASK_THE_OFFICE,
    RequestState.CANCELLED: Answer.ASK_THE_OFFICE,
}
IN_REVIEW = (RequestState.REQUESTED, PaymentState.REVIEW)


@pytest.mark.parametrize("payment", PAYMENTS)
@pytest.mark.parametrize("request_state", RequestState)
def test_a_clinician_is_told_whether_to_go_on(
    request_state: RequestState, payment: PaymentState | None
) -> None:
    expected = ANSWERS[request_state]
    if (request_state, payment) == IN_REVIEW:
        expected = Answer.ASK_THE_OFFICE
    assert answer_for_clinician(request_state, payment) is expected
