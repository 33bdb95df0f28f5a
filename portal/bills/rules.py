"""The states of requests and bills, when a bill is due, where it stands and whether it can be
withdrawn. Pure.
"""

from datetime import date, timedelta
from enum import StrEnum

from portal.payments.rules import PAYABLE, PaymentState

PAYMENT_TERM = timedelta(days=14)


class RequestState(StrEnum):
    REQUESTED = "requested"
    ACTIVE = "active"
    COMPLETED = "completed"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"


class BillState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    # A total of 0: nothing to pay, settled without Stripe.
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


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


def due_on(made_on: date) -> date:
    """The last day to pay a bill made on `made_on`, both in the business time zone."""
    return made_on + PAYMENT_TERM


def standing(bill: BillState, live_payment: PaymentState | None) -> Standing:
    """`live_payment` is the state of the bill's payment outside canceled, if it has one."""
    if bill is not BillState.OPEN:
        return Standing(bill.value)
    if live_payment is None or live_payment in PAYABLE:
        return Standing.PAYABLE
    return _STANDINGS.get(live_payment, Standing.UNDER_WAY)


def is_overdue(standing: Standing, due_on: date, today: date) -> bool:
    """Whether a bill that can still be paid should have been by now."""
    return standing in (Standing.PAYABLE, Standing.ACTION) and today > due_on
