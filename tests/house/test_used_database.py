"""A database that the version before has filled goes on being used.

`used_database.json` holds every row of one at schema 0002, made by playing the demo: bills in each
state, five of them paid, one payment in review, one on its way.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, DateTime, MetaData, Table, create_engine, func, select, text

from portal import migrations
from portal.actions.pay import start
from portal.bills.models import Bill, BillNotice
from portal.bills.rules import BillState
from portal.context import Portal
from portal.demo import test_cards
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.ledger.models import LedgerEntry, Posting
from portal.patients.models import Patient
from portal.patients.names import name_key
from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.payments.rules import PaymentState
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.payments import sync_payment
from portal.verify.service import verify
from portal.worker import drain
from tests.support.offline_stripe import StripeHere
from tests.support.portals import make_portal, make_settings

Rows = dict[str, list[dict[str, Any]]]
ROWS: Rows = json.loads(Path(__file__).with_name("used_database.json").read_text())
KEPT = ("bills", "bill_lines", "payments", "attempts", "mails", "audit_records", "postings")


def fill(url: str) -> None:
    """Put the rows into a database at schema 0002."""
    engine = create_engine(url)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            rows = ROWS.get(table.name, [])
            if rows:
                connection.execute(table.insert(), [typed(table, row) for row in rows])
            if rows and engine.dialect.name == "postgresql" and "id" in table.c:
                last = connection.scalar(select(func.max(table.c.id)))
                series = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(series, last)))
    engine.dispose()


def typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row with dates and moments in place of their texts."""
    values = dict(row)
    for name, value in row.items():
        kind = table.c[name].type
        if isinstance(value, str) and isinstance(kind, DateTime):
            moment = datetime.fromisoformat(value).astimezone(UTC)
            values[name] = moment
        elif isinstance(value, str) and isinstance(kind, Date):
            values[name] = date.fromisoformat(value)
    return values


@pytest.fixture
def used(empty_database_url: str, tmp_path: Path, stripe: StripeHere) -> Iterator[Portal]:
    """A portal on the used database, brought to today's schema."""
    migrations.upgrade(empty_database_url, "0002")
    fill(empty_database_url)
    migrations.upgrade(empty_database_url)
    portal = make_portal(make_settings(tmp_path, empty_database_url), stripe)
    yield portal
    portal.close()


def test_every_row_is_kept(used: Portal) -> None:
    with used.db.read() as session:
        counted = {name: session.scalar(text(f"select count(*) from {name}")) for name in KEPT}  # noqa: S608
        invoices = session.scalars(select(Document).order_by(Document.id)).all()
    assert counted == {name: len(ROWS[name]) for name in KEPT}
    assert [invoice.number for invoice in invoices] == [row["number"] for row in ROWS["invoices"]]
    for invoice, row in zip(invoices, ROWS["invoices"], strict=True):
        assert invoice.kind is DocumentKind.INVOICE
        assert (invoice.content, invoice.sha256) == (row["content"], row["sha256"])
        assert invoice.stored_as == f"{invoice.number}.pdf"


def test_every_patient_can_be_sorted_and_found(used: Portal) -> None:
    with used.db.read() as session:
        keys = {patient.name: patient.name_key for patient in session.scalars(select(Patient))}
    assert keys == {row["name"]: name_key(row["name"]) for row in ROWS["patients"]}


def test_what_is_paid_is_dated_by_its_charge(used: Portal) -> None:
    with used.db.read() as session:
        paid = select(Payment).where(Payment.state == PaymentState.PAID)
        for payment in session.scalars(paid):
            charged = session.scalar(
                select(Attempt.happened_at).where(
                    Attempt.payment_id == payment.id, Attempt.status == "succeeded"
                )
            )
            bill = session.get_one(Bill, payment.bill_id)
            sale = session.scalars(
                select(LedgerEntry).where(
                    LedgerEntry.source_id == payment.ref, LedgerEntry.kind == "sale"
                )
            ).one()
            assert payment.paid_at == charged == bill.closed_at == sale.happened_at
            assert payment.paid_learnt_at is not None
            assert payment.received == payment.amount


def test_balance_transactions_say_what_they_are_of(used: Portal) -> None:
    with used.db.read() as session:
        found = session.scalars(select(BalanceTransaction)).all()
        charges = set(session.scalars(select(Attempt.stripe_id)))
    assert len(found) == len(ROWS["balance_transactions"])
    assert {row.source_id for row in found} <= charges
    assert {(row.type, row.reporting_category) for row in found} == {("charge", "charge")}


def test_events_say_what_they_are_about(used: Portal) -> None:
    with used.db.read() as session:
        kinds = set(session.scalars(select(StripeEvent.object_type)))
    assert kinds == {"payment_intent", "charge", "refund"}


def test_every_open_bill_is_asked_for_from_now_on(used: Portal) -> None:
    with used.db.read() as session:
        asked_for = session.scalars(select(BillNotice.bill_id)).all()
        are_open = session.scalars(select(Bill.id).where(Bill.state == BillState.OPEN)).all()
    assert sorted(asked_for) == sorted(are_open) != []


def test_the_books_still_balance(used: Portal) -> None:
    with used.db.read() as session:
        sums = session.execute(
            select(Posting.currency, func.sum(Posting.amount)).group_by(Posting.currency)
        )
        assert {Decimal(total) for _, total in sums} == {Decimal(0)}


def test_it_goes_on_being_paid_and_numbers_go_on(used: Portal, stripe: StripeHere) -> None:
    """The open payments belong to another Stripe account: gone there, and so paid anew."""
    with used.db.read() as session:
        bill_id = session.scalars(
            select(Bill.id)
            .join(Payment, Payment.bill_id == Bill.id)
            .where(Bill.state == BillState.OPEN, Payment.state == PaymentState.OPEN)
        ).one()
    start(used, bill_id)
    start(used, bill_id)
    with used.db.read() as session:
        payment = session.scalars(
            select(Payment).where(
                Payment.bill_id == bill_id, Payment.state != PaymentState.CANCELED
            )
        ).one()
    assert payment.stripe_id is not None
    test_cards.confirm(used.stripe, payment.stripe_id, "pm_card_visa", "http://localhost/return")
    sync_payment(used, payment.id)
    drain(used)
    with used.db.read() as session:
        assert session.get_one(Bill, bill_id).state is BillState.PAID
        numbers = session.scalars(
            select(Document.number).where(Document.kind == DocumentKind.INVOICE)
        ).all()
    assert len(set(numbers)) == len(ROWS["invoices"]) + 1
    assert max(numbers).endswith(f"{len(ROWS['invoices']) + 1:06}")


def test_the_way_back_keeps_every_invoice(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url, "0002")
    fill(empty_database_url)
    migrations.upgrade(empty_database_url)
    migrations.downgrade(empty_database_url, "0002")
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        numbers = connection.scalars(text("select number from invoices order by id")).all()
    assert numbers == [row["number"] for row in ROWS["invoices"]]
    engine.dispose()


def test_what_is_kept_contradicts_nothing(used: Portal) -> None:
    assert [str(finding) for finding in verify(used, with_files=False)] == []
