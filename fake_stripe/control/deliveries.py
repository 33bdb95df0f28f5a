"""Events on their way: lose, repeat, delay, hold, release, reorder, resend."""

from dataclasses import asdict

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import LONGEST_WAIT, Values
from fake_stripe.core import OfflineStripe
from fake_stripe.deliveries import rules
from fake_stripe.deliveries.dispatcher import PATIENCE
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError, missing
from fake_stripe.runtime import queue
from fake_stripe.runtime.accounts import Account
from fake_stripe.runtime.settings import ACTIONS as RULES
from fake_stripe.runtime.settings import DeliveryRule

STATES = ("pending", "held", "delivered", "failed", "dropped")
MOST_LISTED = 1000
ORDERS = ("created", "reversed", "shuffled")


def add_rule(app: OfflineStripe, values: Values) -> Document:
    """What shall happen to events of some types from now on. Raises ApiError 400."""
    count = values.whole("count", least=1) if values.given("count") else None
    rule = DeliveryRule(
        action=values.choice("action", RULES),
        types=values.text("types", "*"),
        count=count,
        seconds=values.number("seconds", 0),
    )
    if rule.action == "reorder" and count is None:
        raise ApiError("`reorder` needs `count`: how many events to gather.", param="count")
    account = app.accounts.of(values.account)
    with app.store.transaction():
        rules.apply(app.store, account)
        account.rules.append(rule)
    return asdict(rule)


def list_rules(app: OfflineStripe, values: Values) -> list[Document]:
    """The account's rules, in the order in which they are tried."""
    return [asdict(rule) for rule in app.accounts.of(values.account).rules]


def clear_rules(app: OfflineStripe, values: Values) -> Document:
    """No rules from now on: what happened before is still theirs, and what they hold stays held."""
    account = app.accounts.of(values.account)
    with app.store.transaction():
        rules.apply(app.store, account)
        account.rules.clear()
    return {}


def listing(app: OfflineStripe, values: Values) -> list[Document]:
    """The last 1,000 deliveries with their attempts, oldest first.

    `event`, `type` and `state` choose among them.
    """
    state = values.optional_choice("state", STATES)
    event, event_type = values.optional("event"), values.optional("type")
    return queue.listing(
        app.store,
        MOST_LISTED,
        account=app.accounts.of(values.account).name,
        event=event,
        type=event_type,
        state=state,
    )


def release(app: OfflineStripe, values: Values) -> Document:
    """Send what is held, in an order: created, reversed, or shuffled by `seed`."""
    order = values.choice("order", ORDERS, "created")
    account = app.accounts.of(values.account)
    with app.store.transaction():
        rules.apply(app.store, account)
        listed = queue.listing(app.store, account=account.name, state="held")
        held = rules.ordered([row["seq"] for row in listed], order, values.whole("seed", 0))
        rules.release(app.store, held, account.clock.now())
    return {"released": len(held)}


def resend(app: OfflineStripe, values: Values) -> Document:
    """Send an event (again) now, whatever became of it, to every endpoint that it was meant for."""
    event = values.text("event")
    now = _owner(app, values, event).clock.now()
    with app.store.transaction():
        return {"sent": queue.resend(app.store, event, now)}


def drop(app: OfflineStripe, values: Values) -> Document:
    """Do not send this event where it has yet to be sent; how many endpoints will not get it."""
    event = values.text("event")
    _owner(app, values, event)
    with app.store.transaction():
        return {"dropped": queue.drop(app.store, event)}


def deliver(app: OfflineStripe, values: Values) -> Document:
    """Do what is due now, and say how many deliveries are still waiting for an answer.

    Waits for endpoints `seconds` of real time at most.
    """
    account = app.accounts.of(values.account)
    patience = values.number("seconds", PATIENCE, most=LONGEST_WAIT)
    attempts = app.run_due(patience, account)
    return {"attempts": attempts, "waiting": app.dispatcher.waiting(account)}


def _owner(app: OfflineStripe, values: Values, event: str) -> Account:
    """The account of an event that was meant for an endpoint. Raises ApiError 404 for another."""
    owner = queue.account_of(app.store, event)
    if owner is None or values.account not in (None, owner):
        raise missing("event", event, param="event")
    return app.accounts.of(owner)


ACTIONS: Actions = {
    ("POST", "deliveries/rules"): Action(add_rule, ("action", "types", "count", "seconds")),
    ("GET", "deliveries/rules"): Action(list_rules),
    ("DELETE", "deliveries/rules"): Action(clear_rules),
    ("GET", "deliveries"): Action(listing, ("event", "type", "state")),
    ("POST", "deliveries/release"): Action(release, ("order", "seed")),
    ("POST", "deliveries/resend"): Action(resend, ("event",)),
    ("POST", "deliveries/drop"): Action(drop, ("event",)),
    ("POST", "deliveries/run"): Action(deliver, ("seconds",)),
}
