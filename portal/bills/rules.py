"""The states of requests and bills, when a bill is due, and which mail asks for it when. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

PAYMENT_TERM = timedelta(days=14)
# Who has asked to pay now, or is at the card form, is left alone for as long as this: a mail that
# asks for what is being paid only confuses.
CHECKOUT_PAUSE = timedelta(minutes=30)
# A mail about a request that is older than this tells nobody anything new.
NEWS_WINDOW = timedelta(days=1)
REMIND_BEFORE = timedelta(days=3)
REMIND_AFTER = timedelta(days=3)
# What is owed for longer is for the office to ask for.
STOP_REMINDING_AFTER = timedelta(days=60)
# Reminders are written at these hours of the business day.
FIRST_HOUR, LAST_HOUR = 9, 20


class RequestState(StrEnum):
    """Where a service request stands."""

    REQUESTED = "requested"
    ACTIVE = "active"
    COMPLETED = "completed"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"


class BillState(StrEnum):
    """A bill's own state; what its payment is doing stands with the payment."""

    OPEN = "open"
    PAID = "paid"
    # A total of 0: nothing to pay, settled without Stripe.
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


def due_on(made_on: date) -> date:
    """The last day to pay a bill made on `made_on`, both in the business time zone."""
    return made_on + PAYMENT_TERM


class Notice(StrEnum):
    """The mails that ask for an open bill. Each is sent once at most."""

    BILL = "bill"
    REMINDER = "reminder"
    OVERDUE = "overdue"


def first_notice_at(made_at: datetime, pays_now: bool) -> datetime:
    """When a new bill is first mailed: at once, unless its patient goes straight on to pay it."""
    return made_at + CHECKOUT_PAUSE if pays_now else made_at


def notice_at(now: datetime, made_at: datetime, due_on: date, zone: str) -> Notice | None:
    """The one mail that fits an open bill at `now`; None between two of them, and at the end.

    However long the portal was off, it is the latest. `zone` is the business time zone.
    """
    if now - made_at <= NEWS_WINDOW:
        return Notice.BILL
    late = now.astimezone(ZoneInfo(zone)).date() - due_on
    if -REMIND_BEFORE <= late <= timedelta(0):
        return Notice.REMINDER
    if REMIND_AFTER <= late <= STOP_REMINDING_AFTER:
        return Notice.OVERDUE
    return None


def next_notice_at(now: datetime, due_on: date, zone: str) -> datetime | None:
    """When to look at an open bill again after `now`; None: no mail is left to send."""
    mornings = (
        _morning(due_on - REMIND_BEFORE, zone),
        _morning(due_on + REMIND_AFTER, zone),
    )
    return next((morning for morning in mornings if morning > now), None)


def is_in_hours(notice: Notice, now: datetime, zone: str) -> bool:
    """Whether it may be written at this hour: an answer to what somebody just did, always."""
    return notice is Notice.BILL or FIRST_HOUR <= now.astimezone(ZoneInfo(zone)).hour < LAST_HOUR


def next_morning(now: datetime, zone: str) -> datetime:
    """The first hour for reminders after `now`."""
    today = now.astimezone(ZoneInfo(zone)).date()
    morning = _morning(today, zone)
    return morning if morning > now else _morning(today + timedelta(days=1), zone)


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(FIRST_HOUR), ZoneInfo(zone)).astimezone(UTC)
