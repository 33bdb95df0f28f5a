"""Requests: those that came, and what goes wrong with those to come."""

from dataclasses import asdict

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import LONGEST_WAIT, Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.faults import KINDS, Fault

# Seconds that a fault keeps a client waiting, unless it is told otherwise.
USUAL_WAIT = {"timeout": 30.0, "slow": 1.0}


def add_fault(app: OfflineStripe, values: Values) -> Document:
    """Spoil the next requests that fit. Raises ApiError 400."""
    kind = values.choice("kind", KINDS)
    fault = Fault(
        kind=kind,
        match=values.text("match", "*"),
        count=values.whole("count", 1, least=1),
        seconds=values.number("seconds", USUAL_WAIT.get(kind, 0), most=LONGEST_WAIT),
        executed=values.flag("executed"),
    )
    app.accounts.of(values.account).faults.add(fault)
    return asdict(fault)


def list_faults(app: OfflineStripe, values: Values) -> list[Document]:
    """The account's faults that are still to come."""
    return [asdict(fault) for fault in app.accounts.of(values.account).faults.listed()]


def clear_faults(app: OfflineStripe, values: Values) -> Document:
    """No faults any more."""
    app.accounts.of(values.account).faults.clear()
    return {}


def requests(app: OfflineStripe, values: Values) -> list[Document]:
    """The last 1,000 requests, oldest first; card numbers, codes and secrets are masked."""
    start = values.text("path", "")
    received = list(app.accounts.of(values.account).received)
    return [asdict(entry) for entry in received if entry.path.startswith(start)]


def forget_requests(app: OfflineStripe, values: Values) -> Document:
    """Forget the requests received."""
    app.accounts.of(values.account).received.clear()
    return {}


def health(app: OfflineStripe, values: Values) -> Document:
    """Answers once the server serves."""
    return {"status": "ok"}


ACTIONS: Actions = {
    ("GET", "health"): Action(health),
    ("POST", "faults"): Action(add_fault, ("kind", "match", "count", "seconds", "executed")),
    ("GET", "faults"): Action(list_faults),
    ("DELETE", "faults"): Action(clear_faults),
    ("GET", "requests"): Action(requests, ("path",)),
    ("DELETE", "requests"): Action(forget_requests),
}
