"""What a clinician is told about a request: whether to go on, nothing about money. Pure."""

from enum import StrEnum

from portal.bills.rules import RequestState
from portal.payments.rules import PaymentState


class Answer(StrEnum):
    PAID = "paid"
    NOT_YET = "not_yet"
    ASK_THE_OFFICE = "ask_the_office"


def answer(request: RequestState, payment: PaymentState | None) -> Answer:
    """`payment` is the state of the bill's payment outside canceled, if it has one."""
    if request in (RequestState.ACTIVE, RequestState.COMPLETED):
        return Answer.PAID
    if request is RequestState.REQUESTED and payment is not PaymentState.REVIEW:
        return Answer.NOT_YET
    return Answer.ASK_THE_OFFICE
