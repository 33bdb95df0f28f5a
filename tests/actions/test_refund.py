"""An administrator refunds a payment, in part or whole, and the portal says what Stripe says."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from fake_stripe.faults import Fault
from invoices.credit_note import CreditNote
from portal.actions.refund import NotRefundable, NotYours, approve, decline, refund
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import RequestState
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.ledger.models import Posting
from portal.mail.models import Mail
from portal.payments.models import Payment
from portal.refunds.models import Refund
from portal.refunds.rules import MoneyBack, RefundReason, RefundState, money_back
from portal.refunds.service import TooMuch, sums_of
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.refunds import sync_refunds_of
from tests.support.bills import Owed
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person

RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
RunJobs = Callable[[], int]
Paid = Callable[..., Payment]
REQUESTED = RefundReason.REQUESTED


@pytest.fixture
def paid(portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay) -> Paid:
    """`paid()`: Alice's video consultation, £54.00 without VAT, paid."""

    def make(card: str = "pm_card_visa", slug: str = "video-consultation") -> Payment:
        payment = pay(request_bill(alice, slug), card)
        sync_payment(portal, payment.id)
        return payment

    return make


@pytest.fixture
def tell(stripe: StripeHere, app: Flask, run_jobs: RunJobs) -> Callable[[], None]:
    """Two minutes pass; Stripe tells what happened, and the worker acts on it."""

    def pass_on() -> None:
        stripe.server.advance(120)
        stripe.deliver()
        run_jobs()

    return pass_on


def ask(
    portal: Portal, payment: Payment, amount: int, by: Person, reason: RefundReason = REQUESTED
) -> Refund:
    return refund(portal, payment.ref, amount, reason, "", by.user_id)


def balances(portal: Portal) -> dict[str, int]:
    """What stands on each account that is not even, in minor units of pounds."""
    with portal.db.read() as session:
        rows = session.execute(
            select(Posting.account, func.sum(Posting.amount)).group_by(Posting.account)
        )
        return {account: int(Decimal(total)) for account, total in rows if total}


def notes(portal: Portal) -> list[CreditNote]:
    with portal.db.read() as session:
        contents = session.scalars(
            select(Document.content)
            .where(Document.kind == DocumentKind.CREDIT_NOTE)
            .order_by(Document.number)
        )
        return [CreditNote.from_dict(content) for content in contents]


def standing(portal: Portal, payment: Payment) -> MoneyBack:
    with portal.db.read() as session:
        return money_back(sums_of(session, session.get_one(Payment, payment.id)))


def request_state(portal: Portal, payment: Payment) -> RequestState:
    with portal.db.read() as session:
        bill = session.get_one(Bill, payment.bill_id)
        return session.get_one(ServiceRequest, bill.service_request_id).state


def mails(portal: Portal) -> list[str]:
    """The kinds of the mails about refunds, in order."""
    with portal.db.read() as session:
        kinds = session.scalars(select(Mail.kind).order_by(Mail.id))
        return [kind for kind in kinds if kind.startswith("refund")]


def test_all_of_a_payment_is_refunded_with_its_credit_note(
    portal: Portal, adam: Person, paid: Paid, tell: Callable[[], None]
) -> None:
    payment = paid()
    done = ask(portal, payment, 5400, adam)
    assert done.state is RefundState.SUCCEEDED
    (note,) = notes(portal)
    assert (note.net, note.tax, note.total) == (5400, 0, 5400)
    assert note.number.startswith("CN-")
    assert standing(portal, payment) is MoneyBack.FULL
    assert request_state(portal, payment) is RequestState.CANCELLED
    tell()
    left = balances(portal)
    assert left["stripe_balance"] + left["stripe_fee"] == 0
    assert set(left) == {"stripe_balance", "stripe_fee"}
    assert mails(portal) == ["refund_started", "refund_reference"]


def test_a_part_keeps_the_service_and_the_rest_can_follow(
    portal: Portal, adam: Person, paid: Paid
) -> None:
    payment = paid(slug="document-review")
    ask(portal, payment, 1200, adam)
    assert standing(portal, payment) is MoneyBack.PART
    assert request_state(portal, payment) is RequestState.ACTIVE
    rest = payment.amount - 1200
    ask(portal, payment, rest, adam)
    assert standing(portal, payment) is MoneyBack.FULL
    assert request_state(portal, payment) is RequestState.CANCELLED
    assert [(note.total, note.tax) for note in notes(portal)] == [(1200, 200), (rest, rest // 6)]


def test_no_more_than_what_is_left_is_refunded(portal: Portal, adam: Person, paid: Paid) -> None:
    payment = paid()
    ask(portal, payment, 5000, adam)
    with pytest.raises(TooMuch) as told:
        ask(portal, payment, 401, adam)
    assert told.value.available == 400
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Refund.id))) == 1


def test_eight_administrators_at_once_refund_no_more_than_was_paid(
    portal: Portal, adam: Person, paid: Paid, stripe: StripeHere
) -> None:
    payment = paid()
    begin = Barrier(8)

    def press() -> None:
        begin.wait()
        with suppress(TooMuch):
            ask(portal, payment, 2000, adam)

    pressing = [Thread(target=press) for _ in range(8)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    with portal.db.read() as session:
        refunded = session.scalars(
            select(Refund.amount).where(Refund.state == RefundState.SUCCEEDED)
        ).all()
    assert refunded == [2000, 2000]
    assert payment.stripe_id is not None
    assert len(portal.stripe.refunds.of_intent(payment.stripe_id)) == 2


def test_refunds_of_the_dashboard_are_taken_in(
    portal: Portal, paid: Paid, tell: Callable[[], None]
) -> None:
    payment = paid()
    assert payment.stripe_id is not None
    for place in range(3):
        portal.stripe.refunds.create(payment.stripe_id, 1000, "", f"dashboard-{place}")
    tell()
    tell()
    with portal.db.read() as session:
        rows = session.scalars(select(Refund)).all()
        assert [(row.state, row.amount) for row in rows] == [(RefundState.SUCCEEDED, 1000)] * 3
        assert all(row.requested_by is None and row.reason is None for row in rows)
    assert sum(note.total for note in notes(portal)) == 3000
    assert mails(portal) == ["refund_started"] * 3


@pytest.mark.long
def test_more_than_a_page_of_refunds_is_taken_in(portal: Portal, paid: Paid) -> None:
    payment = paid()
    assert payment.stripe_id is not None
    for place in range(103):
        portal.stripe.refunds.create(payment.stripe_id, 1, "", f"dashboard-{place}")
    assert sync_refunds_of(portal, payment.id) == 103
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Refund.id))) == 103


def test_a_refund_that_a_bank_sends_back_is_owed_and_its_credit_note_stands(
    portal: Portal, adam: Person, paid: Paid, tell: Callable[[], None]
) -> None:
    payment = paid("pm_card_refundFail")
    assert ask(portal, payment, 5400, adam).state is RefundState.SUCCEEDED
    tell()
    assert standing(portal, payment) is MoneyBack.OWED
    assert balances(portal)["refunds_owed"] == -5400
    assert mails(portal) == ["refund_started", "refund_failed"]
    assert len(notes(portal)) == 1


def test_paying_again_what_is_owed_makes_no_second_credit_note(
    portal: Portal, adam: Person, paid: Paid, tell: Callable[[], None]
) -> None:
    payment = paid("pm_card_refundFail")
    ask(portal, payment, 2000, adam)
    tell()
    again = ask(portal, payment, 2500, adam)
    assert (again.state, again.credited) == (RefundState.SUCCEEDED, 500)
    assert [note.total for note in notes(portal)] == [2000, 500]
    assert "refunds_owed" not in balances(portal)


def test_a_refund_on_its_way_credits_nothing_until_it_succeeds(
    portal: Portal, adam: Person, paid: Paid, tell: Callable[[], None]
) -> None:
    payment = paid("pm_card_pendingRefund")
    assert ask(portal, payment, 5400, adam).state is RefundState.PENDING
    assert standing(portal, payment) is MoneyBack.ON_ITS_WAY
    assert notes(portal) == []
    tell()
    assert standing(portal, payment) is MoneyBack.FULL
    assert len(notes(portal)) == 1


@pytest.fixture
def strict(portal: Portal) -> Portal:
    """The portal of a clinic where two administrators decide of more than ten pounds."""
    settings = portal.settings.model_copy(update={"refund_approval_above": Decimal(10)})
    return replace(portal, settings=settings)


def test_above_the_limit_a_second_administrator_decides(
    strict: Portal, adam: Person, make_person: Callable[..., Person], paid: Paid
) -> None:
    ada = make_person("Ada Abbot", "administrator")
    payment = paid()
    assert ask(strict, payment, 1000, adam).state is RefundState.SUCCEEDED
    waiting = ask(strict, payment, 1001, adam)
    assert waiting.state is RefundState.AWAITING_APPROVAL
    with pytest.raises(NotYours):
        approve(strict, waiting.ref, adam.user_id)
    with pytest.raises(TooMuch):
        ask(strict, payment, 3400, adam)
    assert approve(strict, waiting.ref, ada.user_id).state is RefundState.SUCCEEDED
    with pytest.raises(NotRefundable):
        approve(strict, waiting.ref, ada.user_id)


def test_a_refund_that_is_declined_is_free_to_be_asked_for_again(
    strict: Portal, adam: Person, paid: Paid, tell: Callable[[], None]
) -> None:
    payment = paid()
    waiting = ask(strict, payment, 5400, adam)
    tell()
    assert decline(strict, waiting.ref, adam.user_id).state is RefundState.CANCELED
    assert ask(strict, payment, 5400, adam).state is RefundState.AWAITING_APPROVAL
    assert mails(strict) == []


def test_a_refund_that_stripe_refuses_is_let_go_and_the_dashboards_is_known(
    strict: Portal, adam: Person, make_person: Callable[..., Person], paid: Paid
) -> None:
    ada = make_person("Ada Abbot", "administrator")
    payment = paid()
    assert payment.stripe_id is not None
    waiting = ask(strict, payment, 2000, adam)
    made = strict.stripe.refunds.create(payment.stripe_id, 5000, "", "dashboard")
    refused = approve(strict, waiting.ref, ada.user_id)
    assert (refused.state, refused.stripe_id) == (RefundState.FAILED, None)
    with strict.db.read() as session:
        known = session.scalars(
            select(Refund.stripe_id).where(Refund.state == RefundState.SUCCEEDED)
        ).all()
    assert known == [made.stripe_id]
    assert mails(strict) == ["refund_started"]


def test_a_refund_whose_answer_is_lost_is_made_once(
    portal: Portal, adam: Person, paid: Paid, stripe: StripeHere, tell: Callable[[], None]
) -> None:
    payment = paid()
    assert payment.stripe_id is not None
    stripe.server.faults.add(Fault("500", "POST /v1/refunds", count=3, executed=True))
    assert ask(portal, payment, 1000, adam).state is RefundState.DRAFT
    tell()
    with portal.db.read() as session:
        (row,) = session.scalars(select(Refund)).all()
        assert row.state is RefundState.SUCCEEDED
    assert len(portal.stripe.refunds.of_intent(payment.stripe_id)) == 1


def test_an_unpaid_payment_has_nothing_to_refund(
    portal: Portal, adam: Person, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    payment = pay(request_bill(alice), "pm_card_chargeDeclined")
    with pytest.raises(NotRefundable):
        ask(portal, payment, 100, adam)
    with pytest.raises(NotRefundable):
        refund(portal, "PAY-0000000000000000", 100, REQUESTED, "", adam.user_id)
