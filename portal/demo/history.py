"""Alice's history: each story is played through the services and Stripe's API, never written into
tables.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import links
from portal.actions import pay
from portal.actions.withdraw import withdraw
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState
from portal.bills.service import Wish, request_service
from portal.catalogue.service import find_offer
from portal.context import Portal
from portal.demo import test_cards
from portal.demo.people import DemoPatient
from portal.demo.stage import Stage
from portal.demo.stories import Happening, Leaves, Pays, Story
from portal.patients.service import change_currency
from portal.payments.models import Attempt, Payment
from portal.payments.rules import PAYABLE
from portal.payments.service import Checkout, current_payment_id, latest_payment_id
from portal.stripe_sync.payments import sync_payment

# An address that documentation may use (RFC 5737).
IP_ADDRESS = "192.0.2.17"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def has_begun(portal: Portal, first: Happening) -> bool:
    """Whether an earlier run has played the first story."""
    wanted = select(ServiceRequest.id).where(ServiceRequest.request_key == first.story.key)
    with portal.db.read() as session:
        return session.scalar(wanted.limit(1)) is not None


def still_to_play(
    portal: Portal, patient: DemoPatient, happenings: Sequence[Happening]
) -> list[Happening]:
    """What no earlier run has played, whatever has become of it since."""
    with portal.db.read() as session:
        return [one for one in happenings if not _is_done(session, patient, one)]


def play(
    portal: Portal, stage: Stage, patient: DemoPatient, happenings: Sequence[Happening]
) -> Iterator[Happening]:
    """Play these in their order and yield each when it is over; the last are of this minute.

    Raises StripeUnavailable, StripeRefused; what was played until then stays, and the next run goes
    on.
    """
    if not happenings:
        stage.catch_up()
        return
    past = [one for one in happenings if one.story.days_ago]
    with stage.webhooks_dropped():
        for one in past:
            stage.advance_to(one.moment)
            _perform(portal, stage, patient, one)
            stage.let_a_moment_pass()
            yield one
        stage.catch_up()
    for one in happenings[len(past) :]:
        _perform(portal, stage, patient, one)
        yield one


def _perform(portal: Portal, stage: Stage, patient: DemoPatient, one: Happening) -> None:
    if one.deed is None:
        _request(portal, patient, one.story)
        return
    with portal.db.read() as session:
        bill = _bill(session, patient, one.story)
        if bill is None:
            raise LookupError(f"there is no bill of {one.story.key}")
        session.expunge(bill)
    if isinstance(one.deed, Pays):
        with ExitStack() as stack:
            if one.deed.held:
                stack.enter_context(stage.next_payment_held())
            _pay(portal, bill, one.deed, one.tries)
    elif isinstance(one.deed, Leaves):
        pay.start(portal, bill.id)
    else:
        withdraw(portal, bill.id)


def _is_done(session: Session, patient: DemoPatient, one: Happening) -> bool:
    bill = _bill(session, patient, one.story)
    if bill is None or one.deed is None or bill.state is not BillState.OPEN:
        return bill is not None
    payment_id = latest_payment_id(session, bill.id)
    if payment_id is None:
        return False
    if isinstance(one.deed, Pays):
        return _was_answered(session, bill, payment_id, one.tries)
    return isinstance(one.deed, Leaves)


def _was_answered(session: Session, bill: Bill, payment_id: int, tries: int) -> bool:
    """Whether so many cards have had their answer."""
    if session.get_one(Payment, payment_id).state not in PAYABLE:
        return True
    charged = (
        select(func.count())
        .select_from(Attempt)
        .join(Payment, Payment.id == Attempt.payment_id)
        .where(Payment.bill_id == bill.id)
    )
    return session.scalars(charged).one() >= tries


def _bill(session: Session, patient: DemoPatient, story: Story) -> Bill | None:
    return session.scalar(
        select(Bill)
        .join(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .where(ServiceRequest.patient_id == patient.id, ServiceRequest.request_key == story.key)
    )


def _request(portal: Portal, patient: DemoPatient, story: Story) -> None:
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
        request_service(portal, patient.id, wish)
    finally:
        change_currency(portal, patient.id, patient.user_id, patient.currency)


def _pay(portal: Portal, bill: Bill, deed: Pays, tries: int) -> None:
    pay.start(portal, bill.id, Checkout(IP_ADDRESS, BROWSER, bill.total, bill.currency))
    with portal.db.read() as session:
        payment_id = current_payment_id(session, bill.id)
        # A run that was broken off may have tried this card.
        if payment_id is None or _was_answered(session, bill, payment_id, tries):
            return
        stripe_id = session.get_one(Payment, payment_id).stripe_id
    if stripe_id is None:
        raise LookupError(f"there is no PaymentIntent for {bill.ref}")
    if deed.altered:
        test_cards.change_amount(portal.stripe, stripe_id, bill.total + deed.altered)
    return_url = links.absolute(portal.settings, links.pay_return(bill.ref))
    test_cards.confirm(portal.stripe, stripe_id, deed.card, return_url)
    sync_payment(portal, payment_id)
