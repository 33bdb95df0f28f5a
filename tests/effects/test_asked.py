"""Asking for an open bill: who is mailed when, and above all when nobody is."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from portal.actions.withdraw import withdraw
from portal.bills.models import Bill, BillNotice
from portal.catalogue.models import PriceComponent
from portal.context import Portal
from portal.effects.jobs import BILL_NOTICE
from portal.infrastructure.clock import now
from portal.jobs import run_due
from portal.mail.models import Mail
from portal.payments.models import Payment
from portal.payments.rules import GONE, PaymentState
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, started
from tests.support.people import Person
from tests.support.portals import Clock

RequestBill = Callable[..., Owed]
RunJobs = Callable[[], int]
ASKING = ("bill", "reminder", "overdue")


def asked(portal: Portal, bill: Owed) -> list[str]:
    """The kinds of mail that have asked for the bill, oldest first."""
    with portal.db.read() as session:
        mails = select(Mail.kind).where(Mail.subject_ref == bill.ref).order_by(Mail.id)
        return list(session.scalars(mails))


def mailed(portal: Portal) -> list[str]:
    """Subject and both parts of each mail that was sent, as people read them."""
    sent = []
    for file in portal.settings.mail_directory.glob("*.eml"):
        message = message_from_bytes(file.read_bytes(), policy=default)
        parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        sent.append("\n".join((message["Subject"], *parts)))
    return sent


def mail_about(portal: Portal, bill: Owed, kind: str) -> Mail:
    with portal.db.read() as session:
        return session.scalars(select(Mail).filter_by(subject_ref=bill.ref, kind=kind)).one()


def to_day(portal: Portal, clock: Clock, bill: Owed, days: int, hour: int = 12) -> None:
    """Move to that hour of the business day, `days` after the bill is due (before it, if < 0)."""
    with portal.db.read() as session:
        day = session.get_one(Bill, bill.id).due_on + timedelta(days=days)
    clock.move_to(datetime.combine(day, time(hour, 5), ZoneInfo(portal.settings.business_timezone)))


def test_alice_is_mailed_at_once_what_she_owes_by_when_and_where_to_pay(
    portal: Portal, alice: Person, request_bill: RequestBill, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    run_jobs()
    mail = mail_about(portal, bill, "bill")
    assert mail.recipient == alice.email
    assert mail.sent_at is not None
    assert "£" in mail.subject
    (said,) = mailed(portal)
    assert said.count(f"{portal.settings.public_base_url}/bills/{bill.ref}") > 1
    assert said.count("finding it hard to pay") > 1


def test_none_of_these_mails_says_what_it_is_for_or_for_whom(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice, "video-consultation")
    for days in (-14, -3, 3):
        if days > -14:
            to_day(portal, clock, bill, days)
        run_jobs()
    said = mailed(portal)
    assert len(said) == len(asked(portal, bill)) == len(ASKING)
    for text in said:
        for unsaid in ("video", "consultation", "clinical", "Alice Archer", alice.patient_ref):
            assert unsaid.lower() not in text.lower()


def test_an_unpaid_bill_is_reminded_of_once_before_and_once_after_its_day(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    seen = []
    for days in (-14, -10, -4, -3, -2, 0, 1, 2, 3, 4, 10, 40, 100):
        if days > -14:
            to_day(portal, clock, bill, days)
        run_jobs()
        seen.append((days, len(asked(portal, bill))))
    assert asked(portal, bill) == list(ASKING)
    counts = dict(seen)
    assert (counts[-14], counts[-4], counts[-3], counts[2], counts[3], counts[100]) == (
        1,
        1,
        2,
        2,
        3,
        3,
    )


def test_a_portal_that_was_off_for_a_month_sends_one_mail_and_not_three(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    to_day(portal, clock, bill, 20)
    run_jobs()
    clock.advance(timedelta(days=5))
    run_jobs()
    assert asked(portal, bill) == ["overdue"]


def test_a_bill_that_is_owed_for_months_is_left_to_the_office(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    to_day(portal, clock, bill, 61)
    run_jobs()
    assert asked(portal, bill) == []
    with portal.db.read() as session:
        assert session.scalars(select(BillNotice.due_at)).one() is None


@pytest.mark.parametrize("hour", [3, 8, 20, 23])
def test_nobody_is_reminded_in_the_night(
    hour: int,
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    clock: Clock,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    run_jobs()
    to_day(portal, clock, bill, -3, hour)
    run_jobs()
    assert asked(portal, bill) == ["bill"]
    next_morning = -3 if hour < 9 else -2
    to_day(portal, clock, bill, next_morning, 9)
    run_jobs()
    assert asked(portal, bill) == ["bill", "reminder"]


def test_whoever_goes_straight_on_to_pay_gets_a_receipt_and_no_bill(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Callable[..., Payment],
    clock: Clock,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice, pays_now=True)
    run_jobs()
    payment = pay(bill)
    sync_payment(portal, payment.id)
    clock.advance(timedelta(hours=1))
    run_jobs()
    assert asked(portal, bill) == []
    with portal.db.read() as session:
        receipt = session.scalars(select(Mail).where(Mail.kind == "receipt")).one()
    assert receipt.subject_ref == payment.ref


def test_whoever_goes_on_to_pay_and_does_not_is_mailed_half_an_hour_later(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice, pays_now=True)
    clock.advance(timedelta(minutes=29))
    run_jobs()
    assert asked(portal, bill) == []
    clock.advance(timedelta(minutes=2))
    run_jobs()
    assert asked(portal, bill) == ["bill"]


def test_whoever_is_at_the_card_form_is_not_asked_to_pay(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    run_jobs()
    to_day(portal, clock, bill, -3)
    started(portal, bill)
    run_jobs()
    assert asked(portal, bill) == ["bill"]
    clock.advance(timedelta(minutes=31))
    run_jobs()
    assert asked(portal, bill) == ["bill", "reminder"]


@pytest.mark.parametrize("state", [PaymentState.PROCESSING, PaymentState.REVIEW])
def test_money_that_is_on_its_way_or_in_review_is_not_asked_for_again(
    state: PaymentState,
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    clock: Clock,
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    run_jobs()
    payment = started(portal, bill)
    put(portal, payment, state=state, due_at=None)
    for days in (-3, 3):
        to_day(portal, clock, bill, days)
        run_jobs()
        assert asked(portal, bill) == ["bill"]
    put(portal, payment, state=PaymentState.CANCELED)
    clock.advance(timedelta(days=1))
    run_jobs()
    assert asked(portal, bill) == ["bill", "overdue"]


def test_a_payment_that_stripe_no_longer_has_stops_no_reminder(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    run_jobs()
    payment = started(portal, bill)
    put(portal, payment, state=PaymentState.REVIEW, error_code=GONE, due_at=None)
    to_day(portal, clock, bill, -3)
    run_jobs()
    assert asked(portal, bill) == ["bill", "reminder"]


def put(portal: Portal, payment: Payment, **values: object) -> None:
    with portal.db.write() as session:
        row = session.get_one(Payment, payment.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_withdrawn_bill_is_not_asked_for(
    portal: Portal, alice: Person, request_bill: RequestBill, clock: Clock, run_jobs: RunJobs
) -> None:
    bill = request_bill(alice)
    withdraw(portal, bill.id)
    for days in (-3, 3):
        to_day(portal, clock, bill, days)
        run_jobs()
    assert asked(portal, bill) == []


def close_by_paying(portal: Portal, bill: Owed, pay: Callable[..., Payment]) -> None:
    sync_payment(portal, pay(bill).id)


def close_by_withdrawing(portal: Portal, bill: Owed, pay: Callable[..., Payment]) -> None:
    withdraw(portal, bill.id)


@pytest.mark.parametrize("close", [close_by_paying, close_by_withdrawing])
def test_a_reminder_that_waits_for_the_mail_server_is_dropped_when_the_bill_is_closed(
    close: Callable[..., None],
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    pay: Callable[..., Payment],
    run_jobs: RunJobs,
) -> None:
    bill = request_bill(alice)
    ask_now(portal)
    assert asked(portal, bill) == ["bill"]
    close(portal, bill, pay)
    run_jobs()
    unsent = mail_about(portal, bill, "bill")
    assert (unsent.sent_at, unsent.text) == (None, "")
    for text in mailed(portal):
        assert bill.ref not in text


def ask_now(portal: Portal) -> None:
    """Only what asks: the mail is written and not sent."""
    assert run_due(portal, [BILL_NOTICE], now()) == 1


def test_a_bill_of_nothing_is_never_asked_for(
    portal: Portal, alice: Person, request_bill: RequestBill, run_jobs: RunJobs
) -> None:
    with portal.db.write() as session:
        session.execute(update(PriceComponent).values(amount=0, percent_bp=0))
    bill = request_bill(alice)
    assert bill.total == 0
    run_jobs()
    assert asked(portal, bill) == []
    with portal.db.read() as session:
        assert session.scalars(select(BillNotice)).all() == []
