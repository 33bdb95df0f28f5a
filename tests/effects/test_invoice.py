"""Issuing: a number without gaps, a content that nothing changes any more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import select

from invoices.model import Invoice
from portal.audit.models import AuditRecord
from portal.bills.models import Bill
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.numbers import is_number, next_number
from portal.documents.rules import DocumentKind
from portal.effects.invoice import issue_invoice
from portal.patients.models import Patient
from portal.payments.models import Payment
from tests.support.documents import Issued, add_paid_bill, add_patient, stored_invoice
from tests.support.portals import Clock, make_settings


class GivenUp(Exception):
    """The transaction is rolled back."""


def test_the_invoice_says_what_was_paid_by_whom_to_whom(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    invoice = stored_invoice(portal, issue().invoice_id)
    document = Invoice.from_dict(invoice.content)
    assert document.customer.name == "Alice Archer"
    assert document.seller.name == "Riverside Clinic"
    assert document.seller.address_lines == ("1 Riverside", "London SE1 7PB", "United Kingdom")
    assert document.seller.tax_id == "GB123456789"
    assert document.paid_with == "Visa ending 4242"
    assert (document.net, document.tax, document.total, document.amount_paid) == (
        5500,
        900,
        6400,
        6400,
    )
    assert [(line.label, line.amount, line.tax_rate_bp) for line in document.lines] == [
        ("Clinical letter", 5000, 2000),
        ("Advice", 1000, None),
        ("Discount", -500, None),
    ]
    assert document.lines[1].exemption == "Health care"


def test_later_names_and_settings_do_not_touch_an_invoice(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    invoice_id = issue().invoice_id
    before = stored_invoice(portal, invoice_id).content
    with portal.db.write() as session:
        patient = session.get_one(Patient, session.get_one(Document, invoice_id).patient_id)
        patient.name = "Alice Baker"
    assert stored_invoice(portal, invoice_id).content == before


def test_asking_again_gives_the_same_invoice(portal: Portal, tmp_path: Path) -> None:
    with portal.db.write() as session:
        bill, payment = add_paid_bill(session, add_patient(session).id)
        first = issue_invoice(session, portal.settings, bill, payment)
        later = make_settings(tmp_path, seller_name="Another name")
        assert issue_invoice(session, later, bill, payment) is first
        assert session.scalars(select(AuditRecord.subject_ref)).all() == [first.number]


def test_a_bill_whose_sums_contradict_each_other_gets_no_invoice_and_uses_no_number(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    def fail() -> None:
        with portal.db.write() as session:
            bill, payment = add_paid_bill(session, add_patient(session).id)
            bill.taxes[0].net += 1
            issue_invoice(session, portal.settings, bill, payment)

    with pytest.raises(ValueError, match="net"):
        fail()
    assert issue().number.endswith("-000001")


def test_numbers_have_no_gaps_when_many_bills_are_paid_at_once(portal: Portal) -> None:
    at_once = 6
    with portal.db.write() as session:
        patient_id = add_patient(session).id
        paid = [add_paid_bill(session, patient_id) for _ in range(at_once)]
        ids = [(bill.id, payment.id) for bill, payment in paid]
    together = Barrier(at_once)

    def issue_one(bill_id: int, payment_id: int) -> str:
        with portal.db.write() as session:
            together.wait()
            bill, payment = session.get_one(Bill, bill_id), session.get_one(Payment, payment_id)
            return issue_invoice(session, portal.settings, bill, payment).number

    with ThreadPoolExecutor(at_once) as pool:
        numbers = list(pool.map(issue_one, *zip(*ids, strict=True)))
    assert sorted(int(number[-6:]) for number in numbers) == list(range(1, at_once + 1))


def test_two_transactions_that_pay_one_bill_issue_one_invoice(portal: Portal) -> None:
    with portal.db.write() as session:
        bill, payment = add_paid_bill(session, add_patient(session).id)
        bill_id, payment_id = bill.id, payment.id
    together = Barrier(2)

    def pay(_: int) -> str:
        with portal.db.write() as session:
            together.wait()
            bill = session.get_one(Bill, bill_id, with_for_update=True)
            return issue_invoice(
                session, portal.settings, bill, session.get_one(Payment, payment_id)
            ).number

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(pay, range(2))
    assert first == second


def test_a_rolled_back_number_is_given_to_the_transaction_that_waited_for_it(
    portal: Portal,
) -> None:
    taken, waiting = Event(), Event()

    def give_up() -> str:
        with portal.db.write() as session:
            number = next_number(session, DocumentKind.INVOICE, 2026)
            taken.set()
            assert waiting.wait(10)
            raise GivenUp(number)

    def take() -> str:
        assert taken.wait(10)
        with portal.db.write() as session:
            waiting.set()
            return next_number(session, DocumentKind.INVOICE, 2026)

    with ThreadPoolExecutor(2) as pool:
        given_up, kept = pool.submit(give_up), pool.submit(take)
        assert str(given_up.exception()) == kept.result() == "INV-2026-000001"


def test_each_year_counts_from_one_and_begins_in_the_business_time_zone(
    portal: Portal, clock: Clock
) -> None:
    tokyo = replace(
        portal, settings=make_settings(Path("/nowhere"), business_timezone="Asia/Tokyo")
    )
    numbers = []
    for moment in (
        datetime(2026, 12, 31, 14, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 15, 1, tzinfo=UTC),
    ):
        clock.move_to(moment)
        with portal.db.write() as session:
            bill, payment = add_paid_bill(session, add_patient(session).id)
            numbers.append(issue_invoice(session, tokyo.settings, bill, payment).number)
    assert numbers == ["INV-2026-000001", "INV-2027-000001"]


@pytest.mark.parametrize(
    "text",
    ["", "INV-2026-1", "INV-2026-000001\n", "INV-\uff12026-000001", "INV-2026-000001\x00", "x"],
)
def test_only_what_looks_like_a_number_is_looked_up(text: str) -> None:
    assert not is_number(DocumentKind.INVOICE, text)
    assert is_number(DocumentKind.INVOICE, "INV-2026-000001")
