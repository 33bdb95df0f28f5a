"""Many past payments at once, for large demos, consistent down to their payouts.

Stripe keeps events for 30 days; what this makes is history, so it makes none.
"""

from dataclasses import dataclass

from fake_stripe import cards
from fake_stripe.cards import Card
from fake_stripe.clock import DAY
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.rules import balance, charges, intent_fields, payouts
from fake_stripe.rules.money import check_amount
from fake_stripe.rules.payment_methods import draft
from fake_stripe.runtime.session import Session

# Payments in one transaction: while it lasts others wait.
BATCH = 250


@dataclass(frozen=True)
class Order:
    """`count` payments of `account`, spread evenly over the last `days`.

    Amounts (minor units) go from `lowest` to `highest` and begin again.
    """

    account: str
    count: int
    days: int
    currency: str
    lowest: int
    highest: int
    metadata: dict[str, str]

    def amount(self, place: int) -> int:
        """What the payment at this place (0 for the first) comes to, in minor units."""
        # A step without a common divisor spreads amounts over the whole range before any repeats.
        return self.lowest + place * 7919 % (self.highest - self.lowest + 1)


def make(app: OfflineStripe, order: Order) -> int:
    """Make the payments and the payouts between them; how many payments were made.

    Each batch is one transaction. What is available at the end goes out with the next daily payout.
    """
    check_amount(order.lowest, order.currency)
    check_amount(order.highest, order.currency)
    card = cards.by_number("4242424242424242")
    end = int(app.accounts.of(order.account).clock.now())
    start = end - order.days * DAY
    with app.store.transaction():
        payouts.start_daily(app.session(order.account))
    paid_out_on = start // DAY
    for first in range(0, order.count, BATCH):
        with app.store.transaction():
            session = app.session(order.account)
            made: list[Document] = []
            for place in range(first, min(first + BATCH, order.count)):
                session.now = start + place * (end - start) // order.count
                if session.now // DAY > paid_out_on:
                    paid_out_on = session.now // DAY
                    app.store.insert_many(order.account, made)
                    made = []
                    _pay_out(session)
                made += _payment(session, order, place, card)
            app.store.insert_many(order.account, made)
    return order.count


def _payment(session: Session, order: Order, place: int, card: Card) -> list[Document]:
    method = draft(session, card)
    intent = intent_fields.draft(
        session,
        amount=order.amount(place),
        currency=order.currency,
        metadata=order.metadata,
        payment_method=method["id"],
    )
    charge = charges.draft(session, intent, method, card)
    charges.mark_paid(intent, charge)
    intent["latest_charge"] = charge["id"]
    transactions = balance.charge_transactions(session, charge, card)
    charge["balance_transaction"] = transactions[0]["id"]
    return [method, intent, charge, *transactions]


def _pay_out(session: Session) -> None:
    """What is available by then, in a payout that has arrived."""
    amount = payouts.available(session)
    if amount <= 0:
        return
    payout = payouts.draft(session, amount)
    payout |= {
        "balance_transaction": balance.for_payout(session, payout)["id"],
        "reconciliation_status": "completed",
        "status": "paid",
        "trace_id": {"status": "supported", "value": session.token(16).upper()},
    }
    payouts.store(session, payout)
