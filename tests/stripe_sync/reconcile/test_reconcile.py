"""Everything is brought to Stripe's truth without a webhook, and the run says what it did."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from fake_stripe.faults import Fault
from portal.bills.models import Bill
from portal.context import Portal
from portal.dump.service import dump
from portal.infrastructure import clock as portal_clock
from portal.payments.models import Attempt, CheckoutRecord, Payment
from portal.payments.rules import PaymentState
from portal.stripe_api.errors import StripeUnavailable
from portal.stripe_sync.jobs import KIND as STRIPE_EVENT
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.reconcile.jobs import KIND, PAUSE, kind_stopped_by, plan
from portal.stripe_sync.reconcile.models import ReconcileRun, ReconcileSchedule
from portal.stripe_sync.reconcile.passes import PASSES
from portal.stripe_sync.reconcile.rules import Ending, next_night
from portal.stripe_sync.reconcile.run import MOST_KEPT, Change, Run, Stopped
from portal.stripe_sync.reconcile.service import reconcile
from portal.verify.service import verify
from portal.worker import drain
from tests.support.bills import Owed, latest, started
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
SignIn = Callable[[Person], PortalClient]


def last_run(portal: Portal) -> ReconcileRun:
    with portal.db.read() as session:
        newest = select(ReconcileRun).order_by(ReconcileRun.id.desc()).limit(1)
        run = session.scalars(newest).one()
        session.expunge(run)
        return run


def test_a_paid_payment_that_nobody_told_us_of_is_paid_afterwards(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    payment = pay(bill)
    run = reconcile(portal, passes=[one for one in PASSES if one.name != "events"])
    assert latest(portal, bill).state is PaymentState.PAID
    assert run.changes == [Change(payment.ref, "open, not tried", "paid, 1 tried")]
    row = last_run(portal)
    assert (row.ending, row.changed, row.error) == (Ending.FINISHED, 1, None)
    assert row.changes == [
        {"subject": payment.ref, "was": "open, not tried", "now": "paid, 1 tried"}
    ]
    assert row.looked_at == {
        "payments": 1,
        "payments at Stripe": 1,
        "refunds": 0,
        "refunds at Stripe": 0,
    }


def test_a_second_run_changes_nothing(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    pay(request_bill(alice))
    reconcile(portal)
    assert reconcile(portal).changes == []


def forget(portal: Portal, payment: Payment) -> None:
    """The records are put back to before the payment was begun."""
    with portal.db.write() as session:
        session.execute(delete(Attempt))
        session.execute(delete(CheckoutRecord))
        session.execute(delete(Payment).where(Payment.id == payment.id))


def test_a_payment_that_our_records_lost_is_found_at_stripe(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    lost = pay(bill)
    forget(portal, lost)
    run = reconcile(portal)
    kept = latest(portal, bill)
    assert (kept.ref, kept.state, kept.received) == (lost.ref, PaymentState.REVIEW, bill.total)
    assert Change(lost.ref, "missing", "in review") in run.changes


def test_a_payment_of_ours_for_a_bill_that_is_lost_too_is_shown(
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    request_bill: RequestBill,
    pay: Pay,
    sign_in: SignIn,
) -> None:
    lost = pay(request_bill(alice))
    forget(portal, lost)
    with portal.db.write() as session:
        session.execute(update(Bill).values(ref="BILL-0000000000000000"))
    assert reconcile(portal).unknown == [lost.stripe_id]
    assert str(lost.stripe_id) in words_of(sign_in(adam).get("/admin/reconcile"))


def test_a_payment_of_another_portal_on_the_account_is_left_alone(portal: Portal) -> None:
    portal.stripe.client.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "gbp",
            "metadata": {"portal": "portal-of-somebody-else", "payment": "PAY-0000000000000000"},
        }
    )
    run = reconcile(portal)
    assert (run.unknown, run.looked_at["payments at Stripe"]) == ([], 1)
    assert [change.now for change in run.changes] == ["received"]


def test_events_that_never_came_are_read_at_stripe_and_acted_on_once(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill)
    reconcile(portal, passes=[one for one in PASSES if one.name == "events"])
    with portal.db.read() as session:
        events = session.scalars(select(StripeEvent)).all()
    assert "payment_intent.succeeded" in {event.type for event in events}
    assert all(event.read_at is not None and event.due_at is not None for event in events)
    drain(portal, kinds=[STRIPE_EVENT])
    assert latest(portal, bill).state is PaymentState.PAID
    assert reconcile(portal).changed == 0


def test_only_what_was_made_since_then_is_listed(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay, clock: Clock
) -> None:
    pay(request_bill(alice))
    clock.advance(timedelta(days=2))
    run = reconcile(portal, since=portal_clock.now() - timedelta(days=1))
    assert (run.looked_at["payments at Stripe"], run.looked_at["events"]) == (0, 0)
    assert run.looked_at["payments"] == 1


def test_one_payment_that_stripe_refuses_to_tell_of_stops_none_of_the_others(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    broken, bill = started(portal, request_bill(alice)), request_bill(alice)
    pay(bill)
    with portal.db.write() as session:
        # No id of Stripe's has this form.
        refused = update(Payment).where(Payment.id == broken.id).values(stripe_id="pi_" + "%" * 9)
        session.execute(refused)
    reconcile(portal)
    assert latest(portal, bill).state is PaymentState.PAID


def test_a_stripe_that_is_away_ends_the_run_and_the_next_goes_on(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay, stripe: StripeHere
) -> None:
    bill = request_bill(alice)
    pay(bill)
    stripe.server.faults.add(Fault("unreachable", "GET /v1/payment_intents*", count=3))
    with pytest.raises(StripeUnavailable):
        reconcile(portal)
    row = last_run(portal)
    assert row.ending is Ending.FAILED
    assert (row.error or "").startswith("StripeUnavailable")
    assert reconcile(portal).changed > 0
    assert latest(portal, bill).state is PaymentState.PAID


def stop_after(looks: int) -> Callable[[], bool]:
    asked = iter(range(looks))
    return lambda: next(asked, None) is None


@pytest.mark.parametrize("looks", range(8))
def test_a_run_that_is_stopped_anywhere_is_gone_on_with(
    looks: int, portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bills = [request_bill(alice), request_bill(alice)]
    for bill in bills:
        pay(bill)
    with pytest.raises(Stopped):
        reconcile(portal, stopping=stop_after(looks))
    assert last_run(portal).ending is Ending.STOPPED
    reconcile(portal)
    assert [latest(portal, bill).state for bill in bills] == [PaymentState.PAID] * 2


def test_ctrl_c_is_noted_as_such(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    pay(request_bill(alice))

    def press(name: str, done: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reconcile(portal, tell=press)
    assert last_run(portal).ending is Ending.STOPPED


def test_it_runs_each_night(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay, clock: Clock
) -> None:
    zone = portal.settings.business_timezone
    plan(portal.db, zone)
    plan(portal.db, zone)
    assert drain(portal, kinds=[KIND]) == 0
    bill = request_bill(alice)
    pay(bill)
    clock.move_to(next_night(portal_clock.now(), zone) + timedelta(seconds=1))
    assert drain(portal, kinds=[KIND]) == 1
    assert latest(portal, bill).state is PaymentState.PAID
    assert last_run(portal).scheduled
    with portal.db.read() as session:
        row = session.scalars(select(ReconcileSchedule)).one()
    assert row.due_at == next_night(portal_clock.now(), zone)
    assert drain(portal, kinds=[KIND]) == 0


def test_a_night_that_the_worker_s_end_cut_short_is_made_up_for(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay, clock: Clock
) -> None:
    bill = request_bill(alice)
    pay(bill)
    plan(portal.db, portal.settings.business_timezone)
    clock.advance(timedelta(days=1))
    assert drain(portal, kinds=[kind_stopped_by(stop_after(1))]) == 1
    assert last_run(portal).ending is Ending.STOPPED
    clock.advance(PAUSE)
    assert drain(portal, kinds=[KIND]) == 1
    assert latest(portal, bill).state is PaymentState.PAID


def test_a_long_list_of_changes_is_cut_and_counted(portal: Portal) -> None:
    run = Run(portal, portal_clock.now())
    for number in range(MOST_KEPT + 5):
        run.note(f"PAY-{number}", "open", "paid")
    assert (len(run.changes), run.changed) == (MOST_KEPT, MOST_KEPT + 5)


def test_what_is_final_is_not_asked_for_again(
    portal: Portal,
    app: Flask,
    alice: Person,
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
) -> None:
    payment = pay(request_bill(alice))
    stripe.deliver()
    sync_payment(portal, payment.id)
    assert reconcile(portal).looked_at["payments"] == 0


def test_a_refund_of_the_dashboard_is_taken_in_with_its_credit_note(
    portal: Portal, alice: Person, request_bill: Callable[..., Owed], pay: Callable[..., Payment]
) -> None:
    payment = pay(request_bill(alice))
    reconcile(portal)
    assert payment.stripe_id is not None
    portal.stripe.refunds.create(payment.stripe_id, 1000, "", "dashboard")
    run = reconcile(portal, passes=[one for one in PASSES if one.name != "events"])
    assert Change(payment.ref, "no refund", "refund succeeded") in run.changes
    (note,) = dump(portal)["credit_notes"]
    assert (note["total"], note["currency"]) == (1000, "GBP")
    assert not list(verify(portal, with_files=False))
