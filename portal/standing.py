"""Where a bill stands: its own state and its payment's taken together. Pure."""

from datetime import date
from enum import StrEnum

from portal.bills.rules import BillState
from portal.payments.rules import PAYABLE, PaymentState


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
