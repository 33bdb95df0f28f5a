"""Starting and following payments, against the offline Stripe."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.actions.pay import start
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.context import Portal
from portal.documents.models import Document
from portal.ledger.models import LedgerEntry, Posting
from portal.mail.models import Mail
from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.payments.rules import PaymentState
from portal.stripe_sync.cancel import cancel_for_bill
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest, started
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]


def test_starting_twice_gives_the_same_payment(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    first, second = start(portal, bill.id), start(portal, bill.id)
    assert first.ref == second.ref
    assert first.client_secret == second.client_secret
    assert first.state is PaymentState.OPEN


def test_many_tabs_at_once_make_one_payment(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    with ThreadPoolExecutor(4) as pool:
        looked = list(pool.map(lambda _: start(portal, bill.id), range(8)))
    assert len({each.ref for each in looked}) == 1
    assert len({each.client_secret for each in looked}) == 1
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Payment.id))) == 1


def test_the_server_decides_the_amount(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    assert payment.stripe_id is not None
    seen = portal.stripe.payment_intents.fetch(payment.stripe_id)
    assert (seen.amount, seen.currency) == (bill.total, bill.currency)


def test_stripe_learns_references_and_nothing_else(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    assert payment.stripe_id is not None
    intent = portal.stripe.client.v1.payment_intents.retrieve(payment.stripe_id)
    assert intent.metadata is not None
    assert intent.metadata.to_dict() == {
        "portal": portal.installation,
        "payment": payment.ref,
        "bill": bill.ref,
    }
    assert (intent.description, intent.receipt_email, intent.statement_descriptor) == (
        None,
        None,
        None,
    )


def test_all_that_follows_from_a_paid_payment_comes_at_once(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    payment = pay(bill)
    assert sync_payment(portal, payment.id).state is PaymentState.PAID
    with portal.db.read() as session:
        row = session.get_one(Bill, bill.id)
        assert row.state == BillState.PAID
        assert session.scalars(select(ServiceRequest.state)).all() == [RequestState.ACTIVE]
        assert session.scalars(
            select(Document.bill_id).where(Document.kind == "invoice")
        ).all() == [bill.id]
        assert session.scalars(select(Mail.recipient).where(Mail.kind == "receipt")).all() == [
            alice.email
        ]
        assert session.scalars(select(Attempt.status)).all() == ["succeeded"]
    paid = latest(portal, bill)
    assert (paid.brand, paid.last4) == ("visa", "4242")


def test_nothing_turns_active_before_the_money_is_there(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    start(portal, request_bill(alice).id)
    with portal.db.read() as session:
        assert session.scalars(select(ServiceRequest.state)).all() == [RequestState.REQUESTED]


def test_applying_the_same_answer_again_changes_nothing_but_the_version(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    payment = pay(bill)
    for _ in range(3):
        sync_payment(portal, payment.id)
    with portal.db.read() as session:
        kinds = sorted(session.scalars(select(Document.kind)))
        assert kinds == ["invoice", "receipt"]
        assert session.scalar(select(func.count(Attempt.id))) == 1
        assert (
            session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.kind == "sale"))
            == 1
        )
        assert session.scalar(select(func.count(Mail.id)).where(Mail.kind == "receipt")) == 1


def test_a_decline_leaves_the_bill_payable_and_another_card_pays_it(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    payment = pay(bill, "pm_card_chargeDeclinedInsufficientFunds")
    assert sync_payment(portal, payment.id).state is PaymentState.OPEN
    assert latest(portal, bill).error_code == "insufficient_funds"
    again = pay(bill)
    assert again.id == payment.id
    assert sync_payment(portal, payment.id).state is PaymentState.PAID
    assert latest(portal, bill).error_code is None
    with portal.db.read() as session:
        assert sorted(session.scalars(select(Attempt.status))) == ["failed", "succeeded"]


def test_a_paid_bill_cannot_be_started_again(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    sync_payment(portal, pay(bill).id)
    looked = start(portal, bill.id)
    assert (looked.state, looked.client_secret) == (PaymentState.PAID, None)


def test_a_canceled_intent_makes_room_for_a_new_payment(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    first = started(portal, bill)
    assert cancel_for_bill(portal, bill.id)
    second = started(portal, bill)
    assert second.id != first.id
    assert second.idempotency_key != first.idempotency_key


def test_a_payment_made_meanwhile_is_not_canceled(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill)
    assert not cancel_for_bill(portal, bill.id)
    assert latest(portal, bill).state == PaymentState.PAID


def test_the_fee_is_booked_when_the_balance_transaction_comes(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
    clock: Clock,
) -> None:
    bill = request_bill(alice)
    payment = pay(bill)
    sync_payment(portal, payment.id)
    clock.advance(timedelta(minutes=2))
    stripe.server.run_tasks()
    sync_payment(portal, payment.id)
    with portal.db.read() as session:
        transaction = session.scalars(select(BalanceTransaction)).one()
        assert transaction.amount == bill.total
        assert transaction.net == transaction.amount - transaction.fee
        receivable = session.scalar(
            select(func.sum(Posting.amount)).where(Posting.account == "receivable")
        )
        assert receivable == 0
    assert latest(portal, bill).due_at is None


@pytest.mark.parametrize("currency", ["GBP", "EUR", "USD", "JPY"])
def test_the_ledger_sums_to_zero_in_every_currency(
    portal: Portal,
    make_person: Callable[..., Person],
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
    clock: Clock,
    currency: str,
) -> None:
    dora = make_person("Dora Dean", "patient", currency)
    payment = pay(request_bill(dora))
    sync_payment(portal, payment.id)
    clock.advance(timedelta(minutes=2))
    stripe.server.run_tasks()
    sync_payment(portal, payment.id)
    with portal.db.read() as session:
        sums = session.execute(
            select(Posting.currency, func.sum(Posting.amount)).group_by(Posting.currency)
        ).all()
    assert {row[0] for row in sums} == {currency, "GBP"}
    assert {row[1] for row in sums} == {0}
