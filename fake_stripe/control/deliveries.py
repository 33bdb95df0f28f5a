"""Events on their way: lose, repeat, delay, hold, release, reorder, resend."""

from dataclasses import asdict

from fake_stripe import delivery_rules, webhooks
from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import LONGEST_WAIT, Values
from fake_stripe.core import OfflineStripe
from fake_stripe.delivery_rules import ACTIONS as RULE_ACTIONS
from fake_stripe.delivery_rules import DeliveryRule
from fake_stripe.dispatcher import PATIENCE
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError, missing

STATES = ("pending", "held", "delivered", "failed", "dropped")
MOST_LISTED = 1000
ORDERS = ("created", "reversed", "shuffled")


def add_rule(app: OfflineStripe, values: Values) -> Document:
    count = values.whole("count", least=1) if values.given("count") else None
    rule = DeliveryRule(
        action=values.choice("action", RULE_ACTIONS),
        types=values.text("types", "*"),
        count=count,
        seconds=values.number("seconds", 0),
    )
    if rule.action == "reorder" and count is None:
        raise ApiError("`reorder` needs `count`: how many events to gather.", param="count")
    app.rules.append(rule)
    return asdict(rule)


def list_rules(app: OfflineStripe, values: Values) -> list[Document]:
    return [asdict(rule) for rule in app.rules]


def clear_rules(app: OfflineStripe, values: Values) -> Document:
    app.rules.clear()
    return {}


def listing(app: OfflineStripe, values: Values) -> list[Document]:
    """The last 1,000 deliveries with their attempts, oldest first, of an `event` or `type`, in a `state`."""
    wanted = {name: values.optional(name) for name in ("event", "type")}
    wanted["state"] = values.choice("state", STATES) if values.given("state") else None
    conditions = [f"{name} = ?" for name, value in wanted.items() if value]
    where = " AND ".join(conditions) or "1"
    return webhooks.listing(app.store, where, tuple(value for value in wanted.values() if value), last=MOST_LISTED)


def release(app: OfflineStripe, values: Values) -> Document:
    """Send what is held, in an order: created, reversed, or shuffled by `seed`."""
    order = values.choice("order", ORDERS, "created")
    with app.store.transaction():
        delivery_rules.apply(app.store, app.rules, app.clock.now())
        held = [row["seq"] for row in webhooks.listing(app.store, "state = 'held'", ())]
        delivery_rules.release(app.store, delivery_rules.ordered(held, order, values.whole("seed", 0)), app.clock.now())
    return {"released": len(held)}


def resend(app: OfflineStripe, values: Values) -> Document:
    """Send an event (again) now, whatever became of it, to every endpoint that it was meant for."""
    rows = _rows(app, values)
    with app.store.transaction():
        for row in rows:
            app.store.connection.execute(
                "UPDATE deliveries SET state = 'pending', sorted = 1, due_at = ?, first_due = ? WHERE seq = ?",
                (app.clock.now(), app.clock.now(), row["seq"]),
            )
    return {"sent": len(rows)}


def drop(app: OfflineStripe, values: Values) -> Document:
    """Do not send this event where it has yet to be sent; how many endpoints will not get it."""
    _rows(app, values)
    with app.store.transaction():
        dropped = app.store.connection.execute(
            "UPDATE deliveries SET state = 'dropped' WHERE event = ? AND state IN ('pending', 'held')",
            (values.text("event"),),
        )
    return {"dropped": dropped.rowcount}


def deliver(app: OfflineStripe, values: Values) -> Document:
    """Do now what is due, and wait `seconds` of real time at most for the endpoints: how many still keep us waiting."""
    return {
        "attempts": app.run_due(values.number("seconds", PATIENCE, most=LONGEST_WAIT)),
        "waiting": app.dispatcher.waiting(),
    }


def _rows(app: OfflineStripe, values: Values) -> list[Document]:
    rows = webhooks.listing(app.store, "event = ?", (values.text("event"),))
    if not rows:
        raise missing("event", values.text("event"), param="event")
    return rows


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
