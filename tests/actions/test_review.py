"""A review ends: accepted, refunded in full, or closed; with the money booked each time."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.actions.review import NotPossible, accept, close, refund_all
from portal.audit.models import AuditRecord
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.demo import test_cards
from portal.documents.models import Document
from portal.ledger.models import LedgerEntry, Posting
from portal.payments.models import Payment
from portal.payments.rules import PaymentState, Review, Way, ways_out
from portal.refunds.models import Refund
from portal.refunds.rules import RefundState
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest, started
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

RequestBill = Callable[..., Owed]
RunJobs = Callable[[], int]
SignIn = Callable[[Person], PortalClient]
Disputed = Callable[..., Payment]


@pytest.fixture
def paid_wrongly(portal: Portal, alice: Person, request_bill: RequestBill) -> Disputed:
    """`paid_wrongly(-500)`: Alice's bill, paid at Stripe with £5 less than it says."""

    def make(difference: int, card: str = "pm_card_visa") -> Payment:
        bill = request_bill(alice)
        payment = started(portal, bill)
        assert payment.stripe_id is not None
        test_cards.change_amount(portal.stripe, payment.stripe_id, bill.total + difference)
        test_cards.confirm(portal.stripe, payment.stripe_id, card, "http://localhost/return")
        sync_payment(portal, payment.id)
        return latest(portal, bill)

    return make


def balances(portal: Portal) -> dict[str, int]:
    """What stands on each account that is not even, in minor units of pounds."""
    with portal.db.read() as session:
        rows = session.execute(
            select(Posting.account, func.sum(Posting.amount)).group_by(Posting.account)
        )
        return {account: int(Decimal(total)) for account, total in rows if total}


def bill_state(portal: Portal, payment: Payment) -> BillState:
    with portal.db.read() as session:
        return session.get_one(Bill, payment.bill_id).state


def payment_state(portal: Portal, payment: Payment) -> PaymentState:
    with portal.db.read() as session:
        return session.get_one(Payment, payment.id).state


def test_money_that_no_bill_explains_is_booked_as_such(
    portal: Portal, paid_wrongly: Disputed
) -> None:
    payment = paid_wrongly(-500)
    assert payment.state is PaymentState.REVIEW
    assert balances(portal) == {"receivable": 4900, "suspense": -4900}


@pytest.mark.parametrize("difference", [-500, 700])
def test_what_came_is_accepted_and_the_difference_booked(
    difference: int,
    portal: Portal,
    app: Flask,
    adam: Person,
    paid_wrongly: Disputed,
    stripe: StripeHere,
    run_jobs: RunJobs,
) -> None:
    payment = paid_wrongly(difference)
    accept(portal, payment.ref, adam.user_id)
    assert payment_state(portal, payment) is PaymentState.PAID
    assert bill_state(portal, payment) is BillState.PAID
    stripe.server.advance(120)
    stripe.deliver()
    run_jobs()
    now = balances(portal)
    assert now.pop("stripe_balance") + now.pop("stripe_fee") == 5400 + difference
    assert now == {"revenue": -5400, "payment_difference": -difference}
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Document.id))) == 2
        noted = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "payment.accepted")
        ).one()
    assert (noted.user_id, noted.subject_ref) == (adam.user_id, payment.ref)


def test_all_of_it_is_sent_back_and_the_bill_is_free_again(
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    paid_wrongly: Disputed,
    stripe: StripeHere,
    run_jobs: RunJobs,
    sign_in: SignIn,
) -> None:
    payment = paid_wrongly(-500)
    refund_all(portal, payment.ref, adam.user_id)
    stripe.deliver()
    run_jobs()
    assert payment_state(portal, payment) is PaymentState.CANCELED
    with portal.db.read() as session:
        refund = session.scalars(select(Refund)).one()
    assert (refund.state, refund.amount) == (RefundState.SUCCEEDED, 4900)
    assert "suspense" not in balances(portal)
    client = sign_in(alice)
    with portal.db.read() as session:
        ref = session.get_one(Bill, payment.bill_id).ref
    assert client.get(f"/bills/{ref}/pay").status_code == 200
    assert "Nothing needs attention" in words_of(sign_in(adam).get("/admin"))


def test_a_refund_that_is_under_way_keeps_the_bill_from_being_paid_twice(
    portal: Portal,
    app: Flask,
    adam: Person,
    paid_wrongly: Disputed,
    stripe: StripeHere,
    run_jobs: RunJobs,
) -> None:
    payment = paid_wrongly(-500, "pm_card_pendingRefund")
    refund_all(portal, payment.ref, adam.user_id)
    assert payment_state(portal, payment) is PaymentState.REVIEW
    for _ in range(2):
        with pytest.raises(NotPossible):
            refund_all(portal, payment.ref, adam.user_id)
    stripe.server.advance(60 * 60 * 24)
    stripe.deliver()
    run_jobs()
    assert payment_state(portal, payment) is PaymentState.CANCELED
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Refund.id))) == 1


def test_a_refund_that_the_bank_sends_back_stands_on_the_list(
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    paid_wrongly: Disputed,
    stripe: StripeHere,
    run_jobs: RunJobs,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    """Stripe says succeeded first, and failed days later."""
    payment = paid_wrongly(-500, "pm_card_refundFail")
    refund_all(portal, payment.ref, adam.user_id)
    assert payment_state(portal, payment) is PaymentState.CANCELED
    stripe.server.advance(60 * 60 * 24 * 10)
    clock.advance(timedelta(days=2))
    stripe.deliver()
    run_jobs()
    with portal.db.read() as session:
        assert session.scalars(select(Refund.state)).one() is RefundState.FAILED
    words = words_of(sign_in(adam).get("/admin"))
    assert "Refunds that failed (1)" in words
    assert alice.name in words


def test_what_stripe_never_took_money_for_is_closed_and_canceled_there(
    portal: Portal, alice: Person, adam: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    assert payment.stripe_id is not None
    test_cards.change_amount(portal.stripe, payment.stripe_id, bill.total - 1)
    sync_payment(portal, payment.id)
    close(portal, payment.ref, adam.user_id)
    assert payment_state(portal, payment) is PaymentState.CANCELED
    assert portal.stripe.payment_intents.fetch(payment.stripe_id).status == "canceled"
    assert balances(portal) == {}


def test_money_closed_as_not_ours_stays_booked_as_not_explained(
    portal: Portal, adam: Person, paid_wrongly: Disputed
) -> None:
    payment = paid_wrongly(-500)
    close(portal, payment.ref, adam.user_id)
    assert payment_state(portal, payment) is PaymentState.CANCELED
    assert bill_state(portal, payment) is BillState.OPEN
    assert balances(portal)["suspense"] == -4900


def test_a_review_ends_once(portal: Portal, adam: Person, paid_wrongly: Disputed) -> None:
    payment = paid_wrongly(-500)
    accept(portal, payment.ref, adam.user_id)
    for end in (accept, refund_all, close):
        with pytest.raises(NotPossible):
            end(portal, payment.ref, adam.user_id)
    with portal.db.read() as session:
        assert (
            session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.kind == "sale"))
            == 1
        )


def test_only_money_in_the_bills_currency_for_an_open_bill_can_be_accepted() -> None:
    fits = Review(4900, "GBP", "GBP", bill_is_open=True, refunding=False)
    assert ways_out(fits) == {Way.ACCEPT, Way.REFUND, Way.CLOSE}
    assert ways_out(Review(4900, "EUR", "GBP", True, False)) == {Way.REFUND, Way.CLOSE}
    assert ways_out(Review(4900, "GBP", "GBP", False, False)) == {Way.REFUND, Way.CLOSE}
    assert ways_out(Review(0, "GBP", "GBP", True, False)) == {Way.CLOSE}
    assert ways_out(Review(4900, "GBP", "GBP", True, True)) == set()


def test_the_page_says_what_differs_by_how_much_and_for_whom(
    portal: Portal, alice: Person, adam: Person, paid_wrongly: Disputed, sign_in: SignIn
) -> None:
    payment = paid_wrongly(-500)
    office = sign_in(adam)
    listed = office.get("/admin")
    assert f"/admin/payments/{payment.ref}/review" in listed.text
    assert "The amount at Stripe (£49.00) does not match the bill (£54.00)." in words_of(listed)
    page = words_of(office.get(f"/admin/payments/{payment.ref}/review"))
    for said in (alice.name, "£54.00", "£49.00", "−£5.00", payment.ref, "Visa ending 4242"):
        assert said in page
    assert sign_in(alice).get(f"/admin/payments/{payment.ref}/review").status_code == 404


def test_a_way_that_is_none_is_a_bad_request_and_another_payment_is_not_found(
    portal: Portal, adam: Person, paid_wrongly: Disputed, sign_in: SignIn
) -> None:
    payment = paid_wrongly(-500)
    office = sign_in(adam)
    address = f"/admin/payments/{payment.ref}/review"
    page = office.get(address)
    assert office.submit(page, action="/review", way="keep").status_code == 400
    accept(portal, payment.ref, adam.user_id)
    assert office.get(address).status_code == 404
