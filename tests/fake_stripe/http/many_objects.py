"""An account that holds many objects of every kind, all at once."""

from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.runtime import queue
from fake_stripe.runtime.session import Session

START = 1_790_000_000
FEW, MANY = 100, 2_000
_COMMON = ["charge.succeeded", "customer.created", "payout.paid"]


def fill(offline: OfflineStripe, account: str, count: int) -> None:
    """Put `count` payments into the account, one a minute, with all that can belong to a payment.

    What lists are filtered by is each payment's own, or else the oldest alone has its value.
    """
    with offline.store.transaction():
        session = offline.session(account)
        for place in range(count):
            session.now = START - (count - place) * 60
            offline.store.insert_many(account, _payment(session, place))
            _event(session, place)
        for _ in range(3):
            session.new("webhook_endpoint", url="https://clinic.test/")


def _payment(session: Session, place: int) -> list[Document]:
    """A payment with its customer, refund, dispute, warning, review and money."""
    customer = session.draft("customer", email=f"person-{place}@clinic.test")
    intent = session.draft("payment_intent", customer=customer["id"])
    charge = session.draft(
        "charge",
        customer=customer["id"],
        payment_intent=intent["id"],
        transfer_group=f"group-{place}",
    )
    links = {"charge": charge["id"], "payment_intent": intent["id"]}
    kinds = ("refund", "dispute", "radar.early_fraud_warning", "review")
    about = [session.draft(kind, **links) for kind in kinds]
    file = session.draft("file", purpose={0: "identity_document"}.get(place, "dispute_evidence"))
    return [customer, intent, charge, file, *about, *_money(session, charge, place)]


def _money(session: Session, charge: Document, place: int) -> list[Document]:
    """The charge's balance transaction, and the payout of every hundredth."""
    made = []
    payout = session.draft("payout", arrival_date=session.now, destination="ba_1")
    if place % 100 == 0:
        made.append(payout)
    rare = {"type": "adjustment", "currency": "eur", "_payout": payout["id"]}
    common = {"type": "charge", "currency": "gbp", "_payout": f"po_{place // 50}"}
    transaction = session.draft(
        "balance_transaction",
        amount=100,
        available_on=session.now,
        net=80,
        source=charge["id"],
        **{0: rare}.get(place, common),
    )
    return [*made, transaction]


def _event(session: Session, place: int) -> None:
    """An event that arrived, all but the oldest."""
    event = session.new("event", type={0: "review.opened"}.get(place, _COMMON[place % 3]))
    queue.add(session.store, session.account, event, "", session.now)
    if place:
        (delivery,) = queue.listing(session.store, 1)
        queue.set_state(session.store, delivery["seq"], "delivered")
