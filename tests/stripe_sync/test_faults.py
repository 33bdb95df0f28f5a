"""Lost answers, failing Stripe, stale answers: never two charges, never a payment forgotten."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from fake_stripe.faults import Fault
from portal.actions.pay import start
from portal.context import Portal
from portal.effects import paid
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.stripe_api.errors import StripeUnavailable
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest, started
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
CREATE = "POST /v1/payment_intents"
# The SDK tries three times before it gives up.
TRIES = 3


def intents_at_stripe(portal: Portal) -> int:
    return len(portal.stripe.client.v1.payment_intents.list({"limit": 100}).data)


def test_an_unreachable_stripe_leaves_a_draft_that_the_worker_opens(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    stripe: StripeHere,
    clock: Clock,
    run_jobs: Callable[[], int],
) -> None:
    bill = request_bill(alice)
    stripe.server.faults.add(Fault("unreachable", CREATE, count=TRIES))
    with pytest.raises(StripeUnavailable):
        start(portal, bill.id)
    assert latest(portal, bill).state == PaymentState.DRAFT
    clock.advance(timedelta(minutes=1))
    run_jobs()
    assert latest(portal, bill).state == PaymentState.OPEN
    assert intents_at_stripe(portal) == 1


def test_an_answer_lost_on_the_way_back_does_not_make_a_second_intent(
    portal: Portal, alice: Person, request_bill: RequestBill, stripe: StripeHere
) -> None:
    bill = request_bill(alice)
    stripe.server.faults.add(Fault("unreachable", CREATE, count=TRIES, executed=True))
    with pytest.raises(StripeUnavailable):
        start(portal, bill.id)
    assert start(portal, bill.id).state is PaymentState.OPEN
    assert intents_at_stripe(portal) == 1


@pytest.mark.parametrize("executed", [True, False], ids=["done", "not_done"])
def test_a_500_that_stripe_repeats_for_its_key_does_not_block_the_bill(
    portal: Portal, alice: Person, request_bill: RequestBill, stripe: StripeHere, executed: bool
) -> None:
    bill = request_bill(alice)
    stripe.server.faults.add(Fault("500", CREATE, executed=executed))
    looked = start(portal, bill.id)
    assert looked.state is PaymentState.OPEN
    assert intents_at_stripe(portal) == 1


def test_a_draft_older_than_its_key_is_looked_for_and_never_sent_again(
    portal: Portal, alice: Person, request_bill: RequestBill, stripe: StripeHere, clock: Clock
) -> None:
    bill = request_bill(alice)
    stripe.server.faults.add(Fault("unreachable", CREATE, count=TRIES, executed=True))
    with pytest.raises(StripeUnavailable):
        start(portal, bill.id)
    draft = latest(portal, bill)
    clock.advance(timedelta(hours=30))
    assert sync_payment(portal, draft.id).state is PaymentState.OPEN
    assert intents_at_stripe(portal) == 1


def test_an_old_draft_that_never_reached_stripe_gives_way_to_a_new_payment(
    portal: Portal, alice: Person, request_bill: RequestBill, stripe: StripeHere, clock: Clock
) -> None:
    bill = request_bill(alice)
    stripe.server.faults.add(Fault("unreachable", CREATE, count=TRIES))
    with pytest.raises(StripeUnavailable):
        start(portal, bill.id)
    draft = latest(portal, bill)
    clock.advance(timedelta(hours=30))
    assert start(portal, bill.id).state is PaymentState.OPEN
    assert latest(portal, bill).id != draft.id
    assert intents_at_stripe(portal) == 1


def test_with_every_webhook_lost_the_worker_sees_the_payment_within_a_minute(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    clock: Clock,
    run_jobs: Callable[[], int],
) -> None:
    bill = request_bill(alice)
    pay(bill)
    clock.advance(timedelta(seconds=30))
    run_jobs()
    assert latest(portal, bill).state == PaymentState.PAID


def test_an_older_answer_cannot_overwrite_a_newer_one(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    applied: list[str] = []
    fetch = portal.stripe.payment_intents.fetch

    def overtaken_once(stripe_id: str):  # type: ignore[no-untyped-def]
        seen = fetch(stripe_id)
        if not applied:
            # While this answer is on its way, the payer pays and another process applies that.
            applied.append("newer")
            pay(bill)
            sync_payment(portal, payment.id)
        return seen

    monkeypatch.setattr(portal.stripe.payment_intents, "fetch", overtaken_once)
    assert sync_payment(portal, payment.id).state is PaymentState.PAID
    assert latest(portal, bill).state == PaymentState.PAID


def test_a_failure_in_what_follows_leaves_nothing_half_done(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bill = request_bill(alice)
    payment = pay(bill)
    with monkeypatch.context() as patched:
        patched.setattr(paid, "write_receipt", _fails)
        with pytest.raises(RuntimeError):
            sync_payment(portal, payment.id)
    assert latest(portal, bill).state != PaymentState.PAID
    assert sync_payment(portal, payment.id).state is PaymentState.PAID


def _fails(*arguments: object) -> None:
    raise RuntimeError("the disk is full")


def test_an_intent_that_names_another_payment_is_for_a_person(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    assert payment.stripe_id is not None
    portal.stripe.client.v1.payment_intents.update(
        payment.stripe_id, {"metadata": {"payment": "PAY-OTHER"}}
    )
    assert sync_payment(portal, payment.id).state is PaymentState.REVIEW


def test_an_intent_whose_amount_was_changed_at_stripe_is_for_a_person(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    assert payment.stripe_id is not None
    portal.stripe.client.v1.payment_intents.update(payment.stripe_id, {"amount": bill.total - 1})
    assert sync_payment(portal, payment.id).state is PaymentState.REVIEW
    assert "does not match the bill" in (latest(portal, bill).review_reason or "")


def test_a_job_that_fails_is_kept_with_its_reason_and_tried_again_later(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    stripe: StripeHere,
    clock: Clock,
    run_jobs: Callable[[], int],
) -> None:
    bill = request_bill(alice)
    start(portal, bill.id)
    stripe.server.faults.add(Fault("unreachable", "GET *", count=TRIES))
    clock.advance(timedelta(minutes=1))
    run_jobs()
    failed = latest(portal, bill)
    assert failed.attempts == 1
    assert failed.last_error is not None
    assert failed.last_error.startswith("StripeUnavailable")
    clock.advance(timedelta(minutes=1))
    run_jobs()
    assert latest(portal, bill).attempts == 0
    with portal.db.read() as session:
        assert (
            session.scalar(select(func.count(Payment.id)).where(Payment.last_error.is_not(None)))
            == 0
        )
