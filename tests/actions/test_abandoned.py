"""Payments that their payers have left alone: canceled at Stripe, so that nobody asks for them for
ever.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from fake_stripe.faults import Fault
from portal.audit.models import AuditRecord
from portal.context import Portal
from portal.demo import test_cards
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.payments.models import Payment
from portal.payments.rules import EXPIRES_AFTER, PaymentState
from portal.stripe_api.payment_intents import CancellationReason, SeenIntent
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest, started
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
RunJobs = Callable[[], int]
CANCEL = "POST /v1/payment_intents/*/cancel"


def at_stripe(portal: Portal, payment: Payment) -> SeenIntent:
    assert payment.stripe_id is not None
    return portal.stripe.payment_intents.fetch(payment.stripe_id)


def reasons(portal: Portal, payment: Payment) -> list[object]:
    """Why it was canceled, once for each time the audit trail says so."""
    with portal.db.read() as session:
        query = select(AuditRecord).where(AuditRecord.action == "payment.canceled")
        return [
            found.details.get("reason")
            for found in session.scalars(query)
            if found.subject_ref == payment.ref
        ]


@pytest.mark.parametrize(
    "token", [None, "pm_card_chargeDeclined", "pm_card_authenticationRequired"]
)
def test_a_payment_left_alone_for_a_week_is_canceled_at_stripe_and_asked_for_no_more(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    clock: Clock,
    run_jobs: RunJobs,
    token: str | None,
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill) if token is None else pay(bill, token)
    clock.advance(EXPIRES_AFTER + timedelta(minutes=1))
    run_jobs()
    run_jobs()
    seen = at_stripe(portal, payment)
    assert (seen.status, seen.cancellation_reason) == ("canceled", "abandoned")
    assert (latest(portal, bill).state, latest(portal, bill).due_at) == (
        PaymentState.CANCELED,
        None,
    )
    assert reasons(portal, payment) == ["abandoned"]


def test_a_day_before_the_week_is_over_it_still_waits(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    started(portal, bill)
    clock.advance(EXPIRES_AFTER - timedelta(days=1))
    run_jobs()
    assert latest(portal, bill).state == PaymentState.OPEN


def test_a_payer_who_has_come_back_starts_the_week_again(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    clock.advance(EXPIRES_AFTER - timedelta(hours=1))
    assert started(portal, bill).id == payment.id
    clock.advance(timedelta(hours=2))
    run_jobs()
    assert latest(portal, bill).state == PaymentState.OPEN


def test_alice_who_comes_back_later_still_pays_with_a_new_payment(
    portal: Portal,
    alice: Person,
    sign_in: Callable[[Person], PortalClient],
    request_bill: RequestBill,
    pay: Pay,
    clock: Clock,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    first = pay(bill, "pm_card_chargeDeclined")
    clock.advance(EXPIRES_AFTER + timedelta(minutes=1))
    run_jobs()
    client = sign_in(alice)
    told = client.get(f"/payments/{first.ref}")
    assert "You have not been charged for it. Go to the bill" in words_of(told)
    words = words_of(client.get(f"/bills/{bill.ref}"))
    assert "Pay £54.00" in words
    assert "declined" not in words
    assert client.get(f"/bills/{bill.ref}/pay").status_code == 200
    second = pay(bill)
    assert second.id != first.id
    assert sync_payment(portal, second.id).state is PaymentState.PAID


def test_a_payment_on_its_way_is_never_canceled_however_long_it_takes(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
    clock: Clock,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    stripe.server.settings.hold_processing = 1
    payment = pay(bill)
    clock.advance(EXPIRES_AFTER * 3)
    run_jobs()
    assert at_stripe(portal, payment).status == "processing"
    assert latest(portal, bill).state == PaymentState.PROCESSING


def test_a_payment_that_was_paid_while_every_webhook_was_lost_is_paid_not_canceled(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    clock: Clock,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    pay(bill)
    clock.advance(EXPIRES_AFTER * 3)
    run_jobs()
    assert latest(portal, bill).state == PaymentState.PAID


def test_a_payer_who_confirms_at_the_very_moment_of_canceling_has_paid(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    clock: Clock,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stripe takes the confirmation between our look and our call, and refuses to cancel what is
    paid.
    """
    bill = request_bill(alice)
    started(portal, bill)
    cancel = portal.stripe.payment_intents.cancel

    def pay_just_before(stripe_id: str, reason: CancellationReason) -> SeenIntent:
        test_cards.confirm(portal.stripe, stripe_id, "pm_card_visa", "http://localhost/return")
        return cancel(stripe_id, reason)

    monkeypatch.setattr(portal.stripe.payment_intents, "cancel", pay_just_before)
    clock.advance(EXPIRES_AFTER + timedelta(minutes=1))
    run_jobs()
    assert latest(portal, bill).state == PaymentState.PAID


@pytest.mark.parametrize("executed", [True, False], ids=["canceled", "not_canceled"])
def test_an_answer_lost_while_canceling_is_made_good_by_the_next_poll(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    stripe: StripeHere,
    clock: Clock,
    run_jobs: RunJobs,
    executed: bool,
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    stripe.server.faults.add(Fault("unreachable", CANCEL, count=3, executed=executed))
    clock.advance(EXPIRES_AFTER + timedelta(minutes=1))
    run_jobs()
    assert latest(portal, bill).state == PaymentState.OPEN
    assert 0 < latest(portal, bill).attempts < ATTEMPTS_BEFORE_ATTENTION
    clock.advance(timedelta(minutes=1))
    run_jobs()
    assert latest(portal, bill).state == PaymentState.CANCELED
    assert reasons(portal, payment) == ["abandoned"]
