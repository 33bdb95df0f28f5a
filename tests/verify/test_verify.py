"""Whatever row is changed by hand, `verify` finds it; and it finds nothing where none was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Column, Enum, Integer, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.context import Portal
from portal.models import Base
from portal.verify.service import CHECKS, verify
from tests.support.bills import Owed
from tests.support.people import Person

TABLES = Base.metadata.tables
# Not of money, or what nothing else in the rows can contradict.
SILENT = {
    "attempts": {"risk_score"},
    "bill_lines": {"position", "quantity", "unit_amount"},
    "bill_taxes": {"position"},
    "service_requests": {"quantity"},
}
# Each is a state that could follow from the same rows: the service was completed or put on hold,
# or the bank has sent a refund back.
COULD_BE = {
    "refunds.state: succeeded -> failed",
    "service_requests.state: active -> completed",
    "service_requests.state: active -> on_hold",
}
JOB_COLUMNS = {"attempts", "version"}
# The database itself refuses to keep them otherwise: each needs another column changed with it.
TOGETHER: list[tuple[str, dict[str, Any]]] = [
    ("bills", {"net": 1, "total": 1}),
    ("bills", {"tax": 1, "total": 1}),
    ("bill_lines", {"unit_amount": 1, "amount": 1}),
]
TEXTS = {
    "documents": ("number", "content_digest", "stored_as", "issued_on"),
    "ledger_entries": ("source_id", "kind"),
    "balance_transactions": ("source_id", "exchange_rate"),
    "bill_lines": ("kind",),
}


def findings(portal: Portal, with_files: bool = False) -> list[str]:
    return [str(finding) for finding in verify(portal, with_files)]


def checked_tables() -> set[str]:
    return {table for check in CHECKS for table in check.tables}


def first_row(portal: Portal, table: Table) -> dict[str, Any]:
    """The oldest row: what belongs to the plain paid payment."""
    with portal.db.read() as session:
        query = select(table).order_by(*table.primary_key.columns).limit(1)
        if table.name == "balance_transactions":
            query = query.where(table.c.exchange_rate.is_(None))
        if table.name == "attempts":
            query = query.where(table.c.status == "succeeded")
        return dict(session.execute(query).mappings().one())


def is_row(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


@contextmanager
def changed(
    portal: Portal, table: Table, row: dict[str, Any], values: dict[str, Any]
) -> Iterator[None]:
    """The row with other values, put back afterwards."""
    with portal.db.write() as session:
        session.execute(update(table).where(*is_row(table, row)).values(values))
    yield
    before = {name: row[name] for name in values}
    with portal.db.write() as session:
        session.execute(update(table).where(*is_row(table, row)).values(before))


def other_values(column: Column[Any], value: Any) -> list[Any]:
    """What somebody could have put there instead."""
    if isinstance(column.type, Enum):
        return [state for state in column.type.enums if state != value]
    if column.name.endswith("currency"):
        return ["JPY"]
    if isinstance(column.type, Integer):
        return [value + 1, value - 1]
    return []


def edits() -> list[tuple[str, str]]:
    """Every column that holds an amount, a currency or a state."""
    found = []
    for name in sorted(checked_tables()):
        for column in TABLES[name].columns:
            silent = SILENT.get(name, set()) | JOB_COLUMNS
            if column.primary_key or column.foreign_keys or column.name in silent:
                continue
            of_money = isinstance(column.type, Integer) or column.name.endswith("currency")
            if of_money or column.name == "state":
                found.append((name, column.name))
    return found


def test_nothing_is_found_where_nobody_has_changed_a_row(lived_in: Portal) -> None:
    assert findings(lived_in, with_files=True) == []


def test_every_amount_currency_and_state_that_is_changed_by_hand_is_found(
    lived_in: Portal,
) -> None:
    missed = []
    for name, column in edits():
        table = TABLES[name]
        row = first_row(lived_in, table)
        for value in other_values(table.c[column], row[column]):
            try:
                with changed(lived_in, table, row, {column: value}):
                    found = findings(lived_in)
            except IntegrityError:
                continue
            if not found:
                missed.append(f"{name}.{column}: {row[column]} -> {value}")
    assert set(missed) == COULD_BE
    assert findings(lived_in) == []


def test_what_is_changed_so_that_the_table_takes_it_is_found_too(lived_in: Portal) -> None:
    for name, by in TOGETHER:
        table = TABLES[name]
        row = first_row(lived_in, table)
        with changed(lived_in, table, row, {key: row[key] + more for key, more in by.items()}):
            assert findings(lived_in) != [], (name, by)


def test_texts_that_tie_money_and_documents_together_are_found(lived_in: Portal) -> None:
    for name, columns in TEXTS.items():
        table = TABLES[name]
        row = first_row(lived_in, table)
        for column in columns:
            other: Any = "discount" if column == "kind" and name == "bill_lines" else "x"
            if column == "issued_on":
                other = row[column].replace(year=2001)
            with changed(lived_in, table, row, {column: other}):
                assert findings(lived_in) != [], (name, column)


def test_a_document_with_another_content_is_named(lived_in: Portal) -> None:
    table = TABLES["documents"]
    row = first_row(lived_in, table)
    content = row["content"] | {"total": row["content"]["total"] + 1}
    with changed(lived_in, table, row, {"content": content}):
        found = findings(lived_in)
    assert f"documents {row['number']}: its content is not what was frozen" in found


@pytest.mark.parametrize(
    "name", ["postings", "ledger_entries", "bill_taxes", "bill_lines", "attempts", "documents"]
)
def test_a_row_that_is_gone_is_missed(name: str, lived_in: Portal) -> None:
    table = TABLES[name]
    row = first_row(lived_in, table)
    with lived_in.db.write() as session:
        if name == "ledger_entries":
            postings = TABLES["postings"]
            session.execute(delete(postings).where(postings.c.entry_id == row["id"]))
        session.execute(delete(table).where(*is_row(table, row)))
    assert findings(lived_in) != []


def test_a_number_that_was_given_twice_is_named(lived_in: Portal) -> None:
    """In another kind of spelling than the table's own constraint looks for."""
    table = TABLES["documents"]
    row = first_row(lived_in, table)
    series, _, number = row["number"].rpartition("-")
    copy = {key: value for key, value in row.items() if key != "id"}
    copy |= {"kind": "credit_note", "number": f"{series}-0{number}"}
    with lived_in.db.write() as session:
        session.execute(insert(table).values(copy))
    assert f"number_series {series}: given twice: {int(number)}" in findings(lived_in)


def test_a_stored_pdf_that_was_changed_lost_or_mistaken_is_named(
    lived_in: Portal,
) -> None:
    table = TABLES["documents"]
    row = first_row(lived_in, table)
    file = Path(urlsplit(lived_in.settings.document_store).path) / row["stored_as"]
    with changed(lived_in, table, row, {"sha256": "0" * 64}):
        assert any(row["number"] in finding for finding in findings(lived_in, with_files=True))
    whole = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(whole + b"%")
    assert any("is not what was stored" in one for one in findings(lived_in, with_files=True))
    file.unlink()
    found = findings(lived_in, with_files=True)
    assert found == [f"documents {row['number']}: {row['stored_as']} is not in the document store"]
    assert findings(lived_in) == []


def test_what_is_found_names_nobody(lived_in: Portal, alice: Person) -> None:
    postings = TABLES["postings"]
    with lived_in.db.write() as session:
        session.execute(update(postings).values(amount=1))
    said = " ".join(findings(lived_in))
    assert "do not sum to zero" in said
    assert alice.name not in said
    assert "consultation" not in said.lower()


def test_a_bill_without_payments_holds_too(
    portal: Portal, alice: Person, request_bill: Callable[..., Owed]
) -> None:
    request_bill(alice, "document-review", 10)
    assert findings(portal) == []
