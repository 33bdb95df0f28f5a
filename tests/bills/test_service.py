"""Requesting a service: one transaction, frozen lines, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditRecord
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.bills.service import (
    KeyReused,
    NotOffered,
    PriceChanged,
    Wish,
    load_bill,
    request_service,
)
from portal.catalogue.lines import LineKind
from portal.catalogue.rules import QuoteError
from portal.catalogue.seed import seed_catalogue
from portal.context import Portal
from tests.support.bills import Owed
from tests.support.people import Person
from tests.support.portals import Clock
from tests.support.queries import Statements

RequestBill = Callable[..., Owed]
Queries = Callable[[], AbstractContextManager[Statements]]
THREE = Wish("document-review", 3, (), 10854, "GBP", "the-key-of-this-very-form")


@pytest.fixture(autouse=True)
def catalogue(portal: Portal) -> None:
    with portal.db.write() as session:
        seed_catalogue(session)


def bills_made(portal: Portal) -> int:
    with portal.db.read() as session:
        return session.scalar(select(func.count(Bill.id))) or 0


def test_a_bill_freezes_every_line_and_tax(portal: Portal, alice: Person) -> None:
    ref = request_service(portal, alice.patient_id, THREE)
    with portal.db.read() as session:
        bill = load_bill(session, alice.patient_id, ref)
    assert bill is not None
    assert [(line.kind, line.quantity, line.amount) for line in bill.lines] == [
        (LineKind.FEE, 3, 8850),
        (LineKind.FEE, 1, 1200),
        (LineKind.DISCOUNT, 1, -1005),
    ]
    assert [(tax.rate_bp, tax.net, tax.tax) for tax in bill.taxes] == [(2000, 9045, 1809)]
    assert (bill.net, bill.tax, bill.total, bill.state) == (9045, 1809, 10854, BillState.OPEN)
    assert bill.request_state is RequestState.REQUESTED


def test_a_request_leaves_an_audit_record_without_names(portal: Portal, alice: Person) -> None:
    ref = request_service(portal, alice.patient_id, THREE)
    with portal.db.read() as session:
        record = session.scalars(select(AuditRecord).where(AuditRecord.subject_ref == ref)).one()
        request_ref = session.scalars(select(ServiceRequest.ref)).one()
    assert (record.action, record.user_id, record.details) == (
        "service.requested",
        alice.user_id,
        {"request": request_ref},
    )


def test_the_day_a_bill_is_due_is_counted_in_the_business_time_zone(
    portal: Portal, alice: Person, clock: Clock
) -> None:
    # 00:30 on 1 July in London is still 30 June in UTC.
    clock.move_to(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    ref = request_service(portal, alice.patient_id, THREE)
    with portal.db.read() as session:
        bill = load_bill(session, alice.patient_id, ref)
    assert bill is not None
    assert bill.due_on == date(2027, 7, 15)


def test_the_same_form_sent_at_once_from_two_tabs_makes_one_bill(
    portal: Portal, alice: Person
) -> None:
    with ThreadPoolExecutor(4) as tabs:
        refs = set(tabs.map(lambda _: request_service(portal, alice.patient_id, THREE), range(4)))
    assert len(refs) == bills_made(portal) == 1


def test_a_key_used_for_one_wish_is_refused_for_another(portal: Portal, alice: Person) -> None:
    request_service(portal, alice.patient_id, THREE)
    with pytest.raises(KeyReused):
        request_service(portal, alice.patient_id, replace(THREE, quantity=1, expected_total=4980))
    assert bills_made(portal) == 1


@pytest.mark.parametrize("shown", [{"expected_total": 10853}, {"currency": "EUR"}])
def test_nothing_is_made_at_another_price_than_was_shown(
    portal: Portal, alice: Person, shown: dict[str, str | int]
) -> None:
    with pytest.raises(PriceChanged):
        request_service(portal, alice.patient_id, replace(THREE, **shown))  # type: ignore[arg-type]
    assert bills_made(portal) == 0


def test_an_unknown_service_or_quantity_is_refused(portal: Portal, alice: Person) -> None:
    with pytest.raises(NotOffered):
        request_service(portal, alice.patient_id, replace(THREE, slug="nothing"))
    with pytest.raises(QuoteError):
        request_service(portal, alice.patient_id, replace(THREE, quantity=0))
    assert bills_made(portal) == 0


def test_nobody_loads_another_patients_bill(
    portal: Portal, alice: Person, bob: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    with portal.db.read() as session:
        assert load_bill(session, alice.patient_id, bill.ref) is not None
        assert load_bill(session, bob.patient_id, bill.ref) is None


def test_a_bill_with_all_its_lines_takes_three_queries(
    portal: Portal, alice: Person, request_bill: RequestBill, queries: Queries
) -> None:
    bill = request_bill(alice, "clinical-letter", 1, ("posted-copy", "urgent"))
    with portal.db.read() as session, queries() as sent:
        load_bill(session, alice.patient_id, bill.ref)
    assert len(sent) == 3
