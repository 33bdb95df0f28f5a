"""Faults, the clock, and what was received."""

from dataclasses import asdict, fields

from fake_stripe.control.values import LONGEST_WAIT, Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError
from fake_stripe.faults import KINDS, Fault
from fake_stripe.settings import Delays

# Seconds that an injected time-out keeps a client waiting, unless it is told otherwise.
TIMEOUT = 30
# The most that the clock moves at once: every account has something to do on each day of it.
LONGEST_LEAP = 366 * 86400


def add_fault(app: OfflineStripe, values: Values) -> Document:
    kind = values.choice("kind", KINDS)
    fault = Fault(
        kind=kind,
        match=values.text("match", "*"),
        count=values.whole("count", 1, least=1),
        seconds=values.number("seconds", TIMEOUT if kind == "timeout" else 1, most=LONGEST_WAIT),
        executed=values.flag("executed"),
    )
    app.faults.pending.append(fault)
    return asdict(fault)


def list_faults(app: OfflineStripe, values: Values) -> list[Document]:
    return [asdict(fault) for fault in app.faults.pending]


def clear_faults(app: OfflineStripe, values: Values) -> Document:
    app.faults.pending.clear()
    return {}


def requests(app: OfflineStripe, values: Values) -> list[Document]:
    """The last 1,000 requests, oldest first; card numbers, codes and secrets are masked."""
    start = values.text("path", "")
    return [asdict(entry) for entry in list(app.received) if entry.path.startswith(start)]


def forget_requests(app: OfflineStripe, values: Values) -> Document:
    app.received.clear()
    return {}


def clock(app: OfflineStripe, values: Values) -> Document:
    return {"now": int(app.clock.now()), "offset": app.clock.offset}


def advance(app: OfflineStripe, values: Values) -> Document:
    app.advance(values.number("seconds", most=LONGEST_LEAP))
    return clock(app, values)


def set_delays(app: OfflineStripe, values: Values) -> Document:
    """Seconds until Stripe does what it does later, by name; names that are not given stay as they are."""
    names = {delay.name for delay in fields(Delays)}
    if unknown := values.names - names:
        raise ApiError(f"There is no such delay; there are {', '.join(sorted(names))}.", param=min(unknown))
    for delay in fields(Delays):
        setattr(app.settings.delays, delay.name, values.number(delay.name, getattr(app.settings.delays, delay.name)))
    return asdict(app.settings.delays)


def health(app: OfflineStripe, values: Values) -> Document:
    return {"status": "ok"}


ACTIONS = {
    ("GET", "health"): health,
    ("POST", "faults"): add_fault,
    ("GET", "faults"): list_faults,
    ("DELETE", "faults"): clear_faults,
    ("GET", "requests"): requests,
    ("DELETE", "requests"): forget_requests,
    ("GET", "clock"): clock,
    ("POST", "clock/advance"): advance,
    ("POST", "delays"): set_delays,
}
