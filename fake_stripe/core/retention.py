"""How long events are kept: 30 days, as at Stripe.

Source: https://docs.stripe.com/api/events
"""

from fake_stripe.clock import DAY
from fake_stripe.runtime import queue
from fake_stripe.runtime.session import Session

EVENTS_KEPT_FOR = 30 * DAY
_OLD = (
    "SELECT id FROM objects WHERE account = ? AND kind = 'event' AND created <= ? AND NOT EXISTS "
    "(SELECT 1 FROM deliveries WHERE event = objects.id AND state IN ('pending', 'held'))"
)


def forget_events(session: Session) -> None:
    """Forget the account's old events and their deliveries, except those not delivered yet."""
    old = [
        row["id"]
        for row in session.store.rows(_OLD, (session.account, session.now - EVENTS_KEPT_FOR))
    ]
    queue.forget(session.store, old)
    for event in old:
        session.store.delete(event)
