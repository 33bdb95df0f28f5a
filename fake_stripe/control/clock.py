"""The test clock, and how long by it Stripe takes."""

from dataclasses import asdict, fields

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.runtime.settings import Delays

# The most that the clock moves at once: every account has something to do on each day of it.
LONGEST_LEAP = 366 * 86400


def clock(app: OfflineStripe, values: Values) -> Document:
    return {"now": int(app.clock.now()), "offset": app.clock.offset}


def advance(app: OfflineStripe, values: Values) -> Document:
    app.advance(values.number("seconds", most=LONGEST_LEAP))
    return clock(app, values)


def set_delays(app: OfflineStripe, values: Values) -> Document:
    """Set how many seconds pass until Stripe does what it does later.

    Delays that are not named stay as they are.
    """
    delays = {name: values.number(name, now) for name, now in asdict(app.settings.delays).items()}
    app.settings.delays = Delays(**delays)
    return delays


ACTIONS: Actions = {
    ("GET", "clock"): Action(clock),
    ("POST", "clock/advance"): Action(advance, ("seconds",)),
    ("POST", "delays"): Action(set_delays, tuple(delay.name for delay in fields(Delays))),
}
