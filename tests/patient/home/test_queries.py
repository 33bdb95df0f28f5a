"""What is owed and what a patient has, counted from rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal.actions.pay import start
from portal.bills.models import Bill
from portal.bills.rules import BillState, RequestState
from portal.context import Portal
from portal.infrastructure import clock
from portal.patient.home import queries as home_queries
from portal.patient.home.queries import Home, load_home
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.references import new_reference
from portal.standing import Standing
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed as BillOwed
from tests.support.bills import latest
from tests.support.people import Person
from tests.support.queries import Statements

RequestBill = Callable[..., BillOwed]
Pay = Callable[..., Payment]
Queries = Callable[[], AbstractContextManager[Statements]]
TODAY = date(2026, 11, 23)


def home(portal: Portal, person: Person, after: str | None = None, today: date = TODAY) -> Home:
    with portal.db.read() as session:
        return load_home(session, person.patient_id, today, after)


def add_bills(portal: Portal, person: Person, count: int) -> None:
    """Plain bills for 1.00 GBP, two for each day."""
    with portal.db.write() as session:
        for number in range(count):
            session.add(
                Bill(
                    ref=new_reference("BILL"),
                    patient_id=person.patient_id,
                    title=f"Bill {number}",
                    currency="GBP",
                    net=100,
                    tax=0,
                    total=100,
                    due_on=TODAY + timedelta(days=number // 2),
                    created_at=clock.now(),
                )
            )


def test_a_new_patient_owes_nothing_and_has_nothing(portal: Portal, alice: Person) -> None:
    assert home(portal, alice) == Home(owed=(), bills=(), more_after=None, payments=(), services=())


def test_what_is_owed_is_added_up_per_currency_and_never_across(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    request_bill(alice)
    request_bill(alice, "ad-hoc-advice")
    with portal.db.write() as session:
        session.execute(update(Patient).values(currency="JPY"))
    request_bill(alice)
    sums = [(owed.currency, owed.total, owed.bills) for owed in home(portal, alice).owed]
    assert sums == [("GBP", 8100, 2), ("JPY", 10500, 1)]


def test_bobs_bills_are_not_alices(
    portal: Portal, alice: Person, bob: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(bob)
    assert home(portal, alice).bills == ()
    assert home(portal, alice, after=bill.ref).bills == ()


@pytest.mark.parametrize("state", [BillState.PAID, BillState.SETTLED, BillState.WITHDRAWN])
def test_a_closed_bill_is_not_owed(
    portal: Portal, alice: Person, request_bill: RequestBill, state: BillState
) -> None:
    request_bill(alice)
    with portal.db.write() as session:
        session.execute(update(Bill).values(state=state))
    assert (home(portal, alice).owed, home(portal, alice).bills) == ((), ())


@pytest.mark.parametrize(
    ("state", "owed", "standing"),
    [
        (PaymentState.OPEN, 5400, Standing.PAYABLE),
        (PaymentState.ACTION, 5400, Standing.ACTION),
        (PaymentState.PROCESSING, 0, Standing.UNDER_WAY),
        (PaymentState.REVIEW, 0, Standing.REVIEW),
        (PaymentState.CANCELED, 5400, Standing.PAYABLE),
    ],
)
def test_a_bill_whose_payment_is_on_its_way_is_shown_but_not_owed_again(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    state: PaymentState,
    owed: int,
    standing: Standing,
) -> None:
    start(portal, request_bill(alice).id)
    with portal.db.write() as session:
        session.execute(update(Payment).values(state=state))
    seen = home(portal, alice)
    assert sum(each.total for each in seen.owed) == owed
    assert [bill.standing for bill in seen.bills] == [standing]


def test_a_bill_past_its_day_is_overdue(portal: Portal, alice: Person) -> None:
    add_bills(portal, alice, 1)
    assert [bill.overdue for bill in home(portal, alice).bills] == [False]
    assert [
        bill.overdue for bill in home(portal, alice, today=TODAY + timedelta(days=1)).bills
    ] == [True]


def test_many_bills_come_page_by_page_each_once_the_most_urgent_first(
    portal: Portal, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_queries, "BILLS_A_PAGE", 3)
    add_bills(portal, alice, 7)
    seen, after = [], None
    for _ in range(3):
        page = home(portal, alice, after)
        seen += [bill.title for bill in page.bills]
        after = page.more_after
    assert seen == [f"Bill {number}" for number in range(7)]
    assert after is None
    (owed,) = home(portal, alice).owed
    assert (owed.total, owed.bills, owed.first.total) == (700, 7, 100)


@pytest.mark.parametrize("after", ["BILL-0000000000000000", "nonsense", "\0", ""])
def test_an_unknown_place_in_the_list_is_its_beginning(
    portal: Portal, alice: Person, after: str
) -> None:
    add_bills(portal, alice, 2)
    assert [bill.title for bill in home(portal, alice, after).bills] == ["Bill 0", "Bill 1"]


def test_a_paid_service_is_active_and_its_payment_among_the_latest(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_visa")
    sync_payment(portal, latest(portal, bill).id)
    seen = home(portal, alice)
    assert [(held.bill_ref, held.state) for held in seen.services] == [
        (bill.ref, RequestState.ACTIVE)
    ]
    paid_at = latest(portal, bill).paid_at
    assert [(paid.amount, paid.paid_at) for paid in seen.payments] == [(5400, paid_at)]
    assert (seen.owed, seen.bills) == ((), ())


def test_home_takes_as_many_queries_however_many_bills_there_are(
    portal: Portal, alice: Person, queries: Queries
) -> None:
    add_bills(portal, alice, 30)
    with portal.db.read() as session, queries() as sent:
        load_home(session, alice.patient_id, TODAY)
    assert len(sent) == 4
    with portal.db.read() as session:
        assert len(session.scalars(select(Bill.id)).all()) == 30
