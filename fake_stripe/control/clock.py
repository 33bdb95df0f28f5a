"""The test clock, and how long by it Stripe takes."""

from dataclasses import asdict, fields

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.runtime.settings import Delays

# The most that the clock moves at once: every account has something to do on each day of it.
LONGEST_LEAP = 366 * 86400
LONGEST_HISTORY = 10 * 366 * 86400


def clock(app: OfflineStripe, values: Values) -> Document:
    """The account's clock, in Unix seconds."""
    moved = app.accounts.of(values.account).clock
    return {"now": int(moved.now()), "offset": moved.offset}


def begin(app: OfflineStripe, values: Values) -> Document:
    """Put back the clock of an account that has no objects yet."""
    seconds_ago = values.number("seconds_ago", most=LONGEST_HISTORY)
    app.begin(seconds_ago, app.accounts.of(values.account))
    return clock(app, values)


def advance(app: OfflineStripe, values: Values) -> Document:
    """Move the account's clock, doing what becomes due on the way."""
    seconds = values.number("seconds", most=LONGEST_LEAP)
    app.advance(seconds, app.accounts.of(values.account))
    return clock(app, values)


def set_delays(app: OfflineStripe, values: Values) -> Document:
    """Set how many seconds pass until Stripe does what it does later.

    Delays that are not named stay as they are.
    """
    settings = app.accounts.of(values.account).settings
    delays = {name: values.number(name, now) for name, now in asdict(settings.delays).items()}
    settings.delays = Delays(**delays)
    return delays


ACTIONS: Actions = {
    ("GET", "clock"): Action(clock),
    ("POST", "clock/begin"): Action(begin, ("seconds_ago",)),
    ("POST", "clock/advance"): Action(advance, ("seconds",)),
    ("POST", "delays"): Action(set_delays, tuple(delay.name for delay in fields(Delays))),
}
