"""Keeping exchange rates, at the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from invoices.model import Invoice
from portal.audit.models import AuditRecord
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.rules import Lack
from portal.effects.invoice import issue_invoice, paid_on
from portal.settings import Settings
from tests.cli.command import Done, assert_one_line, portal_command
from tests.exchange_rates.files import NOVEMBER, WHOLE, hmrc_file
from tests.support.documents import add_paid_bill, add_patient
from tests.support.portals import environment_of


@pytest.fixture
def command(portal: Portal, settings: Settings) -> Callable[..., Done]:
    """`command("list")` runs `portal exchange-rate list`."""
    environment = environment_of(settings)
    return lambda *arguments: portal_command(environment, "exchange-rate", *arguments)


def set_rate(command: Callable[..., Done], *more: str, **changed: str) -> Done:
    typed = {"month": "2026-11", "currency": "EUR", "rate": "1.1712"} | changed
    options = [part for name, value in typed.items() for part in (f"--{name}", value)]
    return command("set", *options, *more)


def test_a_rate_is_kept_listed_and_replaced(portal: Portal, command: Callable[..., Done]) -> None:
    assert set_rate(command).stdout == "November 2026: EUR 1.1712. New or changed: 1 of 1.\n"
    assert set_rate(command).stdout.endswith("New or changed: 0 of 1.\n")
    set_rate(command, month="2026-12", source="The bank")
    set_rate(command, rate="1.18")
    assert command("list").stdout == "2026-12  EUR  1.1712  The bank\n2026-11  EUR  1.18  HMRC\n"
    with portal.db.read() as session:
        kept = session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
    assert [(one.subject_ref, one.details["rate"]) for one in kept] == [
        ("EUR-2026-11", "1.1712"),
        ("EUR-2026-12", "1.1712"),
        ("EUR-2026-11", "1.18"),
    ]


@pytest.mark.parametrize(
    "changed", [{"month": "November"}, {"currency": "GBP"}, {"rate": "1,17"}, {"source": ""}]
)
def test_a_rate_that_cannot_be_kept_is_one_line(
    changed: dict[str, str], command: Callable[..., Done]
) -> None:
    assert_one_line(set_rate(command, **changed))
    assert command("list").stdout == ""


def test_a_file_of_hmrc_is_kept_and_says_how_many_rates(
    tmp_path: Path, command: Callable[..., Done]
) -> None:
    file = tmp_path / "exrates.csv"
    file.write_bytes(WHOLE)
    done = command("import", str(file))
    assert done.stdout == (
        "November 2026: EUR 1.1512, JPY 199.42, USD 1.3105. New or changed: 3 of 3.\n"
    )
    assert command("import", str(file)).stdout.endswith("New or changed: 0 of 3.\n")
    assert command("list").stdout.count("HMRC") == 3


def test_a_bad_file_is_one_line_and_nothing_of_it_is_kept(
    tmp_path: Path, command: Callable[..., Done]
) -> None:
    file = tmp_path / "exrates.csv"
    file.write_bytes(hmrc_file(f"Eurozone,Euro,EUR,1.1,{NOVEMBER}", f"USA,Dollar,USD,?,{NOVEMBER}"))
    assert_one_line(command("import", str(file)), "exrates.csv", "row 3")
    assert_one_line(command("import", str(tmp_path / "none.csv")), "none.csv")
    assert_one_line(command("import", str(tmp_path)), str(tmp_path))
    assert command("list").stdout == ""


def test_an_invoice_that_waited_for_its_rate_is_made(
    portal: Portal, command: Callable[..., Done], run_jobs: Callable[[], int]
) -> None:
    with portal.db.write() as session:
        bill, payment = add_paid_bill(session, add_patient(session).id)
        bill.currency = payment.currency = "EUR"
        month = f"{paid_on(portal.settings, payment):%Y-%m}"
        document_id = issue_invoice(session, portal.settings, bill, payment).id
    run_jobs()
    assert invoice(portal, document_id).held_for is Lack.EXCHANGE_RATE
    set_rate(command, month=month)
    run_jobs()
    made = invoice(portal, document_id)
    assert (made.held_for, made.stored_as is None) == (None, False)
    sterling = Invoice.from_dict(made.content).sterling
    assert sterling is not None
    # 9.00 euros of VAT at 1.1712 euros a pound.
    assert (sterling.rate, sterling.source, sterling.tax) == ("1.1712", "HMRC", 768)


def invoice(portal: Portal, document_id: int) -> Document:
    with portal.db.read() as session:
        return session.get_one(Document, document_id)
