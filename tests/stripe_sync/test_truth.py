"""A payment says what Stripe says: when, how often, and whether at all."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from portal.actions.pay import start
from portal.audit.models import AuditRecord
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.documents.models import Document
from portal.ledger.models import LedgerEntry
from portal.payments.models import Attempt, CheckoutRecord, Payment
from portal.payments.rules import GONE, PaymentState
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest, started
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
RunJobs = Callable[[], int]
SignIn = Callable[[Person], PortalClient]


def test_a_charge_of_the_old_year_seen_in_the_new_one_belongs_to_the_old(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay, clock: Clock
) -> None:
    clock.move_to(datetime(2026, 12, 31, 23, 40, tzinfo=UTC))
    bill = request_bill(alice)
    payment = pay(bill)
    clock.move_to(datetime(2027, 1, 1, 0, 10, tzinfo=UTC))
    sync_payment(portal, payment.id)
    with portal.db.read() as session:
        paid = session.get_one(Payment, payment.id)
        charged_at = session.scalars(select(Attempt.happened_at)).one()
        assert paid.paid_at == charged_at
        assert charged_at.date() == date(2026, 12, 31)
        assert paid.paid_learnt_at is not None
        assert paid.paid_learnt_at.date() == date(2027, 1, 1)
        assert session.get_one(Bill, bill.id).closed_at == charged_at
        for document in session.scalars(select(Document)):
            assert document.issued_on == date(2026, 12, 31)
            assert document.content["paid_on"] == "2026-12-31"
        numbers = session.scalars(select(Document.number).where(Document.kind == "invoice")).all()
        assert numbers == ["INV-2026-000001"]
        sale = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "sale")).one()
        assert (sale.happened_at, sale.learnt_at.date()) == (charged_at, date(2027, 1, 1))
        noted = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "payment.paid")
        ).one()
        assert (noted.happened_at, noted.at.date()) == (charged_at, date(2027, 1, 1))


def test_history_finds_a_payment_by_the_day_it_was_paid(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    clock: Clock,
    sign_in: SignIn,
) -> None:
    """The form was opened in September and the card charged in October."""
    clock.move_to(datetime(2026, 9, 1, 12, tzinfo=UTC))
    bill = request_bill(alice)
    payment = started(portal, bill)
    clock.move_to(datetime(2026, 10, 20, 12, tzinfo=UTC))
    pay(bill)
    newer = request_bill(alice, "clinical-letter")
    started(portal, newer)
    sync_payment(portal, payment.id)
    clock.move_to(datetime(2026, 11, 10, 12, tzinfo=UTC))
    client = sign_in(alice)
    assert payment.ref in client.get("/payments?period=30").text
    assert "20 Oct" in words_of(client.get("/payments"))


def test_every_charge_at_stripe_is_an_attempt_though_no_webhook_came(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_chargeDeclinedInsufficientFunds")
    pay(bill, "pm_card_chargeDeclinedExpiredCard")
    with portal.db.write() as session:
        session.execute(delete(Attempt))
    payment = pay(bill, "pm_card_mastercard")
    sync_payment(portal, payment.id)
    with portal.db.read() as session:
        attempts = session.execute(
            select(Attempt.status, Attempt.failure_code, Attempt.brand).order_by(Attempt.id)
        ).all()
    assert [tuple(row) for row in attempts] == [
        ("failed", "card_declined", "visa"),
        ("failed", "expired_card", "visa"),
        ("succeeded", None, "mastercard"),
    ]
    assert latest(portal, bill).brand == "mastercard"


def test_an_attempt_keeps_what_stripe_and_the_bank_made_of_it(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    payment = pay(request_bill(alice), "pm_card_riskLevelElevated")
    sync_payment(portal, payment.id)
    with portal.db.read() as session:
        attempt = session.scalars(select(Attempt)).one()
    assert (attempt.risk_level, attempt.outcome_type) == ("elevated", "manual_review")
    assert attempt.country is not None
    assert attempt.risk_score is not None


def test_a_payment_that_stripe_no_longer_has_is_reviewed_and_its_bill_can_be_paid_anew(
    portal: Portal,
    alice: Person,
    adam: Person,
    request_bill: RequestBill,
    pay: Pay,
    sign_in: SignIn,
    run_jobs: RunJobs,
) -> None:
    """As after "delete all test data"."""
    bill = request_bill(alice)
    payment = started(portal, bill)
    with portal.db.write() as session:
        session.execute(
            update(Payment).where(Payment.id == payment.id).values(stripe_id="pi_of_nobody")
        )
    sync_payment(portal, payment.id)
    gone = latest(portal, bill)
    assert (gone.state, gone.error_code) == (PaymentState.REVIEW, GONE)
    assert "no longer has this payment" in words_of(sign_in(adam).get("/admin"))
    client = sign_in(alice)
    assert "To pay" in words_of(client.get(f"/bills/{bill.ref}"))
    assert client.get(f"/bills/{bill.ref}/pay").status_code == 200
    fresh = pay(bill)
    assert fresh.id != payment.id
    assert sync_payment(portal, fresh.id).state is PaymentState.PAID
    assert "no longer has this payment" not in words_of(sign_in(adam).get("/admin"))


def test_what_is_paid_stays_paid_though_stripe_no_longer_has_it(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    payment = pay(bill)
    sync_payment(portal, payment.id)
    with portal.db.write() as session:
        session.execute(
            update(Payment).where(Payment.id == payment.id).values(stripe_id="pi_of_nobody")
        )
    sync_payment(portal, payment.id)
    after = latest(portal, bill)
    assert (after.state, after.due_at) == (PaymentState.PAID, None)


@pytest.fixture
def forget(portal: Portal) -> Callable[[Payment], None]:
    """The records are put back to before a payment was begun."""

    def put_back(payment: Payment) -> None:
        with portal.db.write() as session:
            session.execute(delete(Attempt))
            session.execute(delete(CheckoutRecord))
            session.execute(delete(Payment).where(Payment.id == payment.id))

    return put_back


@pytest.mark.parametrize("paying_anew", [False, True], ids=["untouched", "form_open"])
def test_a_payment_of_ours_that_the_records_lost_is_kept_and_its_bill_cannot_be_paid_twice(
    paying_anew: bool,
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    request_bill: RequestBill,
    pay: Pay,
    forget: Callable[[Payment], None],
    stripe: StripeHere,
    sign_in: SignIn,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    lost = pay(bill)
    forget(lost)
    if paying_anew:
        start(portal, bill.id)
    stripe.deliver()
    run_jobs()
    kept = latest(portal, bill)
    assert (kept.ref, kept.stripe_id, kept.state) == (
        lost.ref,
        lost.stripe_id,
        PaymentState.REVIEW,
    )
    assert kept.received == bill.total
    assert "To pay" not in words_of(sign_in(alice).get(f"/bills/{bill.ref}"))
    office = sign_in(adam)
    assert kept.ref in words_of(office.get("/admin"))
    office.submit(f"/admin/payments/{kept.ref}/review", action="/review", way="accept")
    assert latest(portal, bill).state is PaymentState.PAID
    with portal.db.read() as session:
        assert session.get_one(Bill, bill.id).state is BillState.PAID


def test_a_payment_of_ours_for_a_bill_that_is_lost_too_stands_on_the_list(
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    request_bill: RequestBill,
    pay: Pay,
    forget: Callable[[Payment], None],
    stripe: StripeHere,
    sign_in: SignIn,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    lost = pay(bill)
    forget(lost)
    with portal.db.write() as session:
        session.execute(update(Bill).values(ref="BILL-0000000000000000"))
    stripe.deliver()
    run_jobs()
    words = words_of(sign_in(adam).get("/admin"))
    assert "our records do not have" in words
    assert (lost.stripe_id or "") in words


def test_a_payment_of_another_portal_on_the_account_is_not_ours(
    portal: Portal,
    app: Flask,
    adam: Person,
    stripe: StripeHere,
    sign_in: SignIn,
    run_jobs: RunJobs,
) -> None:
    portal.stripe.client.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "gbp",
            "metadata": {"portal": "portal-of-somebody-else", "payment": "PAY-0000000000000000"},
        }
    )
    stripe.deliver()
    run_jobs()
    assert "Nothing needs attention" in words_of(sign_in(adam).get("/admin"))


def test_a_new_address_of_the_portal_makes_no_stranger_of_its_payments(
    portal: Portal,
    app: Flask,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
    clock: Clock,
    run_jobs: RunJobs,
) -> None:
    """The answer to the draft was lost, and the address changed before its webhook came."""
    bill = request_bill(alice)
    payment = pay(bill)
    with portal.db.write() as session:
        session.execute(update(Payment).where(Payment.id == payment.id).values(stripe_id=None))
    object.__setattr__(
        portal,
        "settings",
        portal.settings.model_copy(update={"public_base_url": "http://pay.clinic.example"}),
    )
    clock.advance(timedelta(seconds=1))
    stripe.deliver()
    run_jobs()
    assert latest(portal, bill).state is PaymentState.PAID
