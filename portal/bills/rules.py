"""The states of requests and bills, when a bill is due, where it stands and whether it can be
withdrawn. Pure.
"""

from datetime import date, timedelta
from enum import StrEnum

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


def due_on(made_on: date) -> date:
    """The last day to pay a bill made on `made_on`, both in the business time zone."""
    return made_on + PAYMENT_TERM
