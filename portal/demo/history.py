"""Alice's history: each story is played through the services and Stripe's API, never written into
tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from portal import links
from portal.actions import pay
from portal.actions.withdraw import withdraw
from portal.bills.models import Bill, ServiceRequest
from portal.bills.service import Wish, request_service
from portal.catalogue.service import find_offer
from portal.context import Portal
from portal.demo import test_cards
from portal.demo.people import DemoPatient
from portal.patients.service import change_currency
from portal.payments.models import Payment
from portal.payments.rules import PAYABLE, PaymentState
from portal.payments.service import NotPayable, latest_payment_id
from portal.stripe_sync.payments import sync_payment


@dataclass(frozen=True)
class Story:
    """One request and what becomes of it; `key` makes it happen once. Without a `card` nobody has
    tried to pay.

    `altered` minor units are added at Stripe, behind the portal's back, before the card is charged:
    an administrator has to look at such a payment.
    """

    key: str
    slug: str
    quantity: int = 1
    options: tuple[str, ...] = ()
    currency: str = "GBP"
    card: str | None = None
    altered: int = 0
    withdrawn: bool = False


# Test tokens: https://docs.stripe.com/testing
STORIES = (
    # Paid first, so that whoever runs Stripe's stand-in can let exactly this one stay on its way
    # (processing).
    Story("demo-advice-on-its-way", "ad-hoc-advice", card="pm_card_visa"),
    Story("demo-letter-paid", "clinical-letter", options=("posted-copy",), card="pm_card_visa"),
    Story("demo-advice-paid-eur", "ad-hoc-advice", currency="EUR", card="pm_card_mastercard"),
    Story("demo-consultation-paid-jpy", "video-consultation", currency="JPY", card="pm_card_visa"),
    Story("demo-review-paid-usd", "document-review", 3, currency="USD", card="pm_card_amex"),
    Story("demo-letter-withdrawn", "clinical-letter", options=("urgent",), withdrawn=True),
    Story(
        "demo-consultation-paid", "video-consultation", options=("evening",), card="pm_card_visa"
    ),
    Story("demo-letter-in-review", "clinical-letter", card="pm_card_mastercard", altered=-500),
    Story(
        "demo-advice-declined", "ad-hoc-advice", 2, card="pm_card_chargeDeclinedInsufficientFunds"
    ),
    Story("demo-review-in-action", "document-review", 2, card="pm_card_authenticationRequired"),
    Story("demo-consultation-open", "video-consultation"),
)


def play(portal: Portal, patient: DemoPatient) -> Iterator[Story]:
    """Play every story that has not been played, and yield each when it is over.

    Raises StripeUnavailable, StripeRefused; what was played until then stays, and the next run goes
    on.
    """
    for story in STORIES:
        bill_id, bill_ref = _bill(portal, patient, story) or _request(portal, patient, story)
        if story.withdrawn:
            _start(portal, bill_id)
            withdraw(portal, bill_id)
        elif story.card is not None and not _was_answered(portal, bill_id):
            _pay(portal, bill_id, bill_ref, story.card, story.altered)
        yield story


def _was_answered(portal: Portal, bill_id: int) -> bool:
    """Whether the card has had its answer in an earlier run, whatever has become of the payment
    since.
    """
    with portal.db.read() as session:
        payment_id = latest_payment_id(session, bill_id)
        if payment_id is None:
            return False
        payment = session.get_one(Payment, payment_id)
        return payment.state not in PAYABLE or payment.error_code is not None


def _bill(portal: Portal, patient: DemoPatient, story: Story) -> tuple[int, str] | None:
    """Id and reference of the bill that an earlier run made."""
    with portal.db.read() as session:
        found = session.execute(
            select(Bill.id, Bill.ref)
            .join(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
            .where(ServiceRequest.patient_id == patient.id, ServiceRequest.request_key == story.key)
        ).one_or_none()
    return None if found is None else (found[0], found[1])


def _request(portal: Portal, patient: DemoPatient, story: Story) -> tuple[int, str]:
    with portal.db.read() as session:
        offer = find_offer(session, story.slug, story.currency)
    if offer is None:
        raise LookupError(f"the catalogue has no {story.slug}")
    price = offer.quote(story.quantity, story.options)
    change_currency(portal, patient.id, patient.user_id, story.currency)
    try:
        wish = Wish(
            story.slug, story.quantity, story.options, price.total, story.currency, story.key
        )
        ref = request_service(portal, patient.id, wish)
    finally:
        change_currency(portal, patient.id, patient.user_id, patient.currency)
    with portal.db.read() as session:
        return session.scalars(select(Bill.id).where(Bill.ref == ref)).one(), ref


def _pay(portal: Portal, bill_id: int, bill_ref: str, card: str, altered: int) -> None:
    payment = _start(portal, bill_id)
    if payment is None or payment.stripe_id is None:
        return
    if payment.state == PaymentState.OPEN and payment.error_code is None:
        if altered:
            test_cards.change_amount(portal.stripe, payment.stripe_id, payment.amount + altered)
        return_url = links.absolute(portal.settings, links.pay_return(bill_ref))
        test_cards.confirm(portal.stripe, payment.stripe_id, card, return_url)
        sync_payment(portal, payment.id)


def _start(portal: Portal, bill_id: int) -> Payment | None:
    """The bill's payment, brought to Stripe's truth; None where the bill is closed."""
    try:
        synced = pay.start(portal, bill_id)
    except NotPayable:
        return None
    with portal.db.read() as session:
        payment = session.scalars(select(Payment).where(Payment.ref == synced.ref)).one()
        session.expunge(payment)
        return payment
