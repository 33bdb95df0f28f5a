"""Many past payments at once, for large demos, consistent down to their payouts.

Stripe keeps events for 30 days; what this makes is history, so it makes none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fake_stripe import balance, cards, payments, payouts
from fake_stripe.cards import Card
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.intent_fields import CARD_OPTIONS
from fake_stripe.money import check_amount
from fake_stripe.payment_methods import draft
from fake_stripe.session import Session

DAY = 86400
# Payments in one transaction: while it lasts others wait.
BATCH = 250


@dataclass(frozen=True)
class Order:
    """`count` payments of `account`, evenly over the last `days`; amounts (minor units) go round from low to high."""

    account: str
    count: int
    days: int
    currency: str
    lowest: int
    highest: int
    metadata: dict[str, str]

    def amount(self, place: int) -> int:
        # A step without a common divisor spreads amounts over the whole range before any repeats.
        return self.lowest + place * 7919 % (self.highest - self.lowest + 1)


def make(app: OfflineStripe, order: Order) -> int:
    """Make the payments, a batch in each transaction, then pay out what has become available; how many were made."""
    check_amount(order.lowest, order.currency)
    check_amount(order.highest, order.currency)
    card = cards.by_number("4242424242424242")
    end = int(app.clock.now())
    start = end - order.days * DAY
    waiting: list[Document] = []
    for first in range(0, order.count, BATCH):
        with app.store.transaction():
            session = app.session(order.account)
            made: list[Document] = []
            for place in range(first, min(first + BATCH, order.count)):
                session.now = start + place * (end - start) // order.count
                waiting, paid_out = _paid_out(session, waiting)
                made += paid_out
                documents, transactions = _payment(session, order, place, card)
                made += documents
                waiting += transactions
            app.store.insert_many(order.account, made)
    with app.store.transaction():
        app.store.insert_many(order.account, waiting)
        payouts.start_daily(app.session(order.account))
    return order.count


def _payment(session: Session, order: Order, place: int, card: Card) -> tuple[list[Document], list[Document]]:
    method = draft(session, card)
    intent = session.draft("payment_intent")
    intent |= {
        "amount": order.amount(place),
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "client_secret": f"{intent['id']}_secret_{session.token(25)}",
        "currency": order.currency,
        "metadata": order.metadata,
        "payment_method": method["id"],
        "payment_method_options": {"card": CARD_OPTIONS},
    }
    charge = payments.draft_charge(session, intent, method, card)
    payments.mark_paid(intent, charge)
    intent["latest_charge"] = charge["id"]
    transactions = balance.charge_transactions(session, charge, card)
    charge["balance_transaction"] = transactions[0]["id"]
    return [method, intent, charge], transactions


def _paid_out(session: Session, waiting: list[Document]) -> tuple[list[Document], list[Document]]:
    """Once the next day's money is available: those still waiting, and the payout with all that is in it."""
    if not waiting or waiting[0]["available_on"] + DAY > session.now:
        return waiting, []
    ready = [transaction for transaction in waiting if transaction["available_on"] <= session.now]
    rest = waiting[len(ready) :]
    return rest, list(_payout(session, ready))


def _payout(session: Session, ready: list[Document]) -> Iterator[Document]:
    payout = payouts.draft(session, sum(transaction["net"] for transaction in ready))
    own = balance.payout_transaction(session, payout)
    payout |= {
        "balance_transaction": own["id"],
        "reconciliation_status": "completed",
        "status": "paid",
        "trace_id": {"status": "supported", "value": session.token(16).upper()},
    }
    for transaction in (*ready, own):
        yield transaction | {"_payout": payout["id"]}
    yield payout
