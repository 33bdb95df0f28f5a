"""Bills made as patients make them, and payments made as Stripe's test tokens make them."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from portal.actions import pay as pay_action
from portal.bills.service import Wish, load_bill, request_service
from portal.catalogue.seed import seed_catalogue
from portal.catalogue.service import find_offer
from portal.context import Portal
from portal.demo import test_cards
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.service import latest_payment_id
from portal.references import new_reference
from tests.support.people import Person


@dataclass(frozen=True)
class Owed:
    """A bill; `total` in minor units."""

    id: int
    ref: str
    total: int
    currency: str


def ask_for(
    portal: Portal,
    patient_id: int,
    slug: str = "video-consultation",
    quantity: int = 1,
    options: tuple[str, ...] = (),
    pays_now: bool = False,
) -> Owed:
    """A patient asks for a service of the catalogue; the bill that was made for it."""
    with portal.db.read() as session:
        currency = session.get_one(Patient, patient_id).currency
        offer = find_offer(session, slug, currency)
    assert offer is not None
    total = offer.quote(quantity, options).total
    wish = Wish(slug, quantity, options, total, currency, new_reference("KEY"), pays_now)
    ref = request_service(portal, patient_id, wish)
    with portal.db.read() as session:
        bill = load_bill(session, patient_id, ref)
    assert bill is not None
    return Owed(bill.id, ref, total, currency)


@pytest.fixture
def request_bill(portal: Portal) -> Callable[..., Owed]:
    """`request_bill(alice)` asks for a service as she would, and gives the bill made for it."""
    with portal.db.write() as session:
        seed_catalogue(session)

    def make(
        person: Person,
        slug: str = "video-consultation",
        quantity: int = 1,
        options: tuple[str, ...] = (),
        pays_now: bool = False,
    ) -> Owed:
        return ask_for(portal, person.patient_id, slug, quantity, options, pays_now)

    return make


@pytest.fixture
def pay(portal: Portal) -> Callable[..., Payment]:
    """`pay(bill, "pm_card_visa")` confirms at Stripe, and leaves it to the portal to learn of
    it.
    """

    def confirm(bill: Owed, token: str = "pm_card_visa") -> Payment:
        payment = started(portal, bill)
        assert payment.stripe_id is not None
        test_cards.confirm(portal.stripe, payment.stripe_id, token, "http://localhost/return")
        return payment

    return confirm


def started(portal: Portal, bill: Owed) -> Payment:
    """The bill's live payment after the payer has pressed the button."""
    pay_action.start(portal, bill.id)
    return latest(portal, bill)


def latest(portal: Portal, bill: Owed) -> Payment:
    """The bill's latest payment as it stands in the database."""
    with portal.db.read() as session:
        payment_id = latest_payment_id(session, bill.id)
        assert payment_id is not None
        payment = session.get_one(Payment, payment_id)
        session.expunge(payment)
        return payment
