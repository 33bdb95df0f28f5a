"""The queries that grow with the portal find their rows by an index, on both databases."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.orm import Session

from portal.accounts.sessions import find_user
from portal.admin.attention.queries import list_concerns
from portal.admin.reconcile.queries import load_reconcile
from portal.bills.service import find_unpaid, load_bill
from portal.clinic.queries import find_patients, list_patients
from portal.context import Portal
from portal.documents.rules import DocumentKind
from portal.documents.service import find_document
from portal.effects.asked import ask
from portal.infrastructure import clock
from portal.jobs import next_due, run_due
from portal.models import Base
from portal.patient.bill.queries import find_payment
from portal.patient.home.queries import load_home
from portal.patient.payments.history import list_payments
from portal.patient.payments.queries import load_payment
from portal.patient.payments.statement import load_year
from portal.patient.payments.years import year_sums
from portal.payments.service import current_payment_id, latest_payment_id
from portal.stripe_sync.inbox import _payment_of
from portal.worker import KINDS
from tests.house.many_rows import ALICE, CLINICIAN, add_many_rows, reference
from tests.support.portals import Clock

TODAY = date(2026, 11, 30)
# They hold a few rows each, however many patients there are.
SMALL = {
    "number_series",
    "price_components",
    "prices",
    # One a night, and what plans it.
    "reconcile_runs",
    "reconcile_schedule",
    "service_options",
    "services",
}
GROWING = "|".join(sorted(set(Base.metadata.tables) - SMALL))
PARTIAL = "|".join(
    str(index.name)
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
)
# SQLite says SCAN also of a whole index, which is no better, unless the index holds few rows.
WHOLE_TABLE = re.compile(
    rf"(?:SCAN|Seq Scan on) (?:{GROWING})\b(?! USING (?:COVERING )?INDEX (?:{PARTIAL})\b)"
)

# What each page reads, and the indexes that it must not do without.
READ: dict[str, tuple[Callable[[Session], object], set[str]]] = {
    "who is signed in": (lambda session: find_user(session, "id-7", "token", clock.now()), set()),
    "home": (
        lambda session: load_home(session, ALICE, TODAY),
        {"ix_bills_owed", "ix_payments_patient_id_dated_at_id"},
    ),
    "further bills": (
        lambda session: load_home(session, ALICE, TODAY, after=reference("BILL", 120)),
        {"ix_bills_owed"},
    ),
    "a bill": (lambda session: load_bill(session, ALICE, reference("BILL", 120)), set()),
    "a bill's payment": (lambda session: find_payment(session, 120), set()),
    "a bill's live payment": (lambda session: current_payment_id(session, 120), set()),
    "a bill's latest payment": (
        lambda session: latest_payment_id(session, 120),
        {"ix_payments_bill_id_id"},
    ),
    "an unpaid bill for a service": (lambda session: find_unpaid(session, ALICE, 1), set()),
    "history": (
        lambda session: list_payments(session, ALICE, clock.now()),
        {"ix_payments_patient_id_dated_at_id"},
    ),
    "further history": (
        lambda session: list_payments(session, ALICE, clock.now(), after=reference("PAY", 120)),
        {"ix_payments_patient_id_dated_at_id"},
    ),
    "what a year comes to": (
        lambda session: year_sums(session, ALICE, [2026, 2025], "Europe/London"),
        {"ix_payments_patient_id_dated_at_id", "ix_refunds_payment_id"},
    ),
    "the table of a year": (
        lambda session: load_year(session, ALICE, 2026, "Europe/London"),
        {"ix_payments_patient_id_dated_at_id", "ix_refunds_payment_id"},
    ),
    "a search for an amount": (
        lambda session: list_payments(session, ALICE, clock.now(), words="1.00"),
        {"ix_payments_patient_id_dated_at_id"},
    ),
    "a payment": (
        lambda session: load_payment(session, ALICE, reference("PAY", 120), clock.now()),
        set(),
    ),
    "an invoice": (
        lambda session: find_document(session, DocumentKind.INVOICE, "INV-2026-100120", ALICE),
        set(),
    ),
    "a clinician's patients": (
        lambda session: list_patients(session, CLINICIAN, TODAY),
        {"ix_service_requests_patient_id_id"},
    ),
    "a clinician's search": (
        lambda session: find_patients(session, CLINICIAN, "person 7", TODAY),
        {"ix_service_requests_patient_id_id"},
    ),
    "the payment of an event": (lambda session: _payment_of(session, "pi_100"), set()),
    "how the records were compared with Stripe": (
        lambda session: load_reconcile(session, clock.now()),
        {"ix_stripe_events_heard", "ix_stripe_events_read", "ix_stripe_events_attention"},
    ),
    "what needs attention": (
        list_concerns,
        {
            "ix_payments_review",
            "ix_stripe_events_unhandled",
            "ix_payments_attention",
            "ix_mails_attention",
        },
    ),
}


@pytest.fixture
def busy(portal: Portal) -> Portal:
    """A portal with many rows."""
    add_many_rows(portal)
    return portal


def test_what_pages_read_is_found_by_an_index(busy: Portal) -> None:
    for name, (read, wanted) in READ.items():

        def act(read: Callable[[Session], object] = read) -> None:
            with busy.db.read() as session:
                read(session)

        assert_indexed(name, plans(busy, act), wanted)


def test_due_jobs_are_found_by_an_index(busy: Portal) -> None:
    idle = [replace(kind, run=_nothing) for kind in KINDS]
    due = {f"ix_{kind.model.__tablename__}_due_at" for kind in KINDS}
    assert_indexed("claiming", plans(busy, lambda: run_due(busy, idle, clock.now())), due)
    assert_indexed("looking ahead", plans(busy, lambda: next_due(busy, KINDS)), due)


def test_asking_for_a_bill_reads_no_table_whole(busy: Portal, clock: Clock) -> None:
    clock.move_to(datetime(2026, 11, 29, 12, tzinfo=UTC))
    assert_indexed(
        "a bill to ask for",
        plans(busy, lambda: ask(busy, 50)),
        {"uq_mails_subject_ref_kind", "uq_payments_current"},
    )


def _nothing(portal: Portal, job_id: int) -> None:
    """Claims alone are looked at here."""


def plans(portal: Portal, act: Callable[[], object]) -> list[str]:
    """How the database carries out each query that `act` sends."""
    sent: list[tuple[str, object]] = []

    def note(
        connection: Connection,
        cursor: DBAPICursor,
        statement: str,
        parameters: object,
        context: ExecutionContext | None,
        executemany: bool,
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            sent.append((statement, parameters))

    event.listen(portal.db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(portal.db.engine, "before_cursor_execute", note)
    assert sent
    with portal.db.engine.connect() as connection:
        return [_explain(connection, statement, parameters) for statement, parameters in sent]


def _explain(connection: Connection, statement: str, parameters: object) -> str:
    if connection.dialect.name == "postgresql":
        # Rows that fit on a few pages are read whole: ask what is done when they do not.
        connection.execute(text("set enable_seqscan = off"))
        explain = "EXPLAIN"
    else:
        explain = "EXPLAIN QUERY PLAN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type]
    return "\n".join(str(row[-1]) for row in rows)


def assert_indexed(name: str, found: list[str], wanted: set[str]) -> None:
    assert [plan for plan in found if WHOLE_TABLE.search(plan)] == [], name
    used = "\n".join(found)
    assert sorted(index for index in wanted if index not in used) == [], f"{name}:\n{used}"
