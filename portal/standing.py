"""Where a bill stands, for its patient and for their clinician: one place decides both. Pure."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from portal.bills.rules import BillState, RequestState
from portal.payments.rules import PAYABLE, PaymentState
from portal.refunds.rules import MoneyBack
from portal.texts import lazy_gettext


class Standing(StrEnum):
    """A bill as its patient sees it: its own state and that of its live payment taken together."""

    PAYABLE = "payable"
    # The payer's bank waits for their answer.
    ACTION = "action"
    UNDER_WAY = "under_way"
    REVIEW = "review"
    PAID = "paid"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


_STANDINGS = {PaymentState.ACTION: Standing.ACTION, PaymentState.REVIEW: Standing.REVIEW}


def standing_of(bill: BillState, live_payment: PaymentState | None) -> Standing:
    """`live_payment` is the state of the bill's payment outside canceled, if it has one."""
    if bill is not BillState.OPEN:
        return Standing(bill.value)
    if live_payment is None or live_payment in PAYABLE:
        return Standing.PAYABLE
    return _STANDINGS.get(live_payment, Standing.UNDER_WAY)


def is_overdue(standing: Standing, due_on: date, today: date) -> bool:
    """Whether a bill that can still be paid should have been by now."""
    return standing in (Standing.PAYABLE, Standing.ACTION) and today > due_on


class Badge(NamedTuple):
    """How a patient sees where a thing stands: `state` picks the sign and its colour, as in
    templates/ui/badge.html.
    """

    state: str
    text: str


_BADGES = {
    Standing.PAYABLE: Badge("to_pay", lazy_gettext("To pay")),
    Standing.ACTION: Badge("action", lazy_gettext("Not finished")),
    Standing.UNDER_WAY: Badge("processing", lazy_gettext("On its way")),
    Standing.REVIEW: Badge("review", lazy_gettext("Being checked")),
    Standing.PAID: Badge("paid", lazy_gettext("Paid")),
    Standing.SETTLED: Badge("settled", lazy_gettext("Nothing to pay")),
    Standing.WITHDRAWN: Badge("withdrawn", lazy_gettext("Withdrawn")),
}
_OVERDUE = Badge("overdue", lazy_gettext("Overdue"))
# A payment by itself, where it says something else than its bill does.
_PAYMENT_BADGES = {
    PaymentState.DRAFT: Badge("open", lazy_gettext("Not paid")),
    PaymentState.OPEN: Badge("open", lazy_gettext("Not paid")),
    PaymentState.PAID: _BADGES[Standing.PAID],
    PaymentState.CANCELED: Badge("canceled", lazy_gettext("Cancelled")),
}


# What is said of money that came back, in place of "Paid".
_MONEY_BACK_BADGES = {
    MoneyBack.ON_ITS_WAY: Badge("on_its_way", lazy_gettext("Refund on its way")),
    MoneyBack.PART: Badge("part_refunded", lazy_gettext("Part refunded")),
    MoneyBack.FULL: Badge("refunded", lazy_gettext("Refunded")),
    MoneyBack.OWED: Badge("failed", lazy_gettext("Refund failed")),
}


def badge(
    standing: Standing, overdue: bool = False, money_back: MoneyBack = MoneyBack.NONE
) -> Badge:
    """A bill's badge."""
    if standing == Standing.PAID and money_back in _MONEY_BACK_BADGES:
        return _MONEY_BACK_BADGES[money_back]
    return _OVERDUE if overdue else _BADGES[standing]


def payment_badge(state: PaymentState, money_back: MoneyBack = MoneyBack.NONE) -> Badge:
    """A payment's badge, whatever has become of its bill."""
    if state == PaymentState.PAID and money_back in _MONEY_BACK_BADGES:
        return _MONEY_BACK_BADGES[money_back]
    return _PAYMENT_BADGES.get(state) or _BADGES[standing_of(BillState.OPEN, state)]


class Answer(StrEnum):
    """What a clinician is told of a request: whether to go on, and nothing about money."""

    PAID = "paid"
    NOT_YET = "not_yet"
    ASK_THE_OFFICE = "ask_the_office"


_ANSWERS = {
    RequestState.REQUESTED: Answer.NOT_YET,
    RequestState.ACTIVE: Answer.PAID,
    RequestState.COMPLETED: Answer.PAID,
    RequestState.ON_HOLD: Answer.ASK_THE_OFFICE,
    RequestState.CANCELLED: Answer.ASK_THE_OFFICE,
}


def answer_for_clinician(request: RequestState, live_payment: PaymentState | None) -> Answer:
    """`live_payment` is the state of the bill's payment outside canceled, if it has one.

    Money that an administrator has still to look at is neither paid nor unpaid.
    """
    if request is RequestState.REQUESTED and live_payment is PaymentState.REVIEW:
        return Answer.ASK_THE_OFFICE
    return _ANSWERS[request]
