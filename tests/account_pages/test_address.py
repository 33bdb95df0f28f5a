"""The postal address that larger invoices name: asked for, kept, and put on what waits for it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from invoices.model import Invoice
from portal.audit.models import AuditRecord
from portal.bills.models import Bill
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.rules import Lack
from portal.effects.invoice import issue_invoice
from portal.patients.models import Patient
from tests.account_pages.records import actions_of
from tests.support.client import PortalClient, form_on, words_of
from tests.support.documents import add_paid_bill
from tests.support.people import Person

SignIn = Callable[[Person], PortalClient]
TYPED = " 12  Orchard Road \r\n\r\nYork\x00\nYO1 7HH\n United Kingdom\n"
LINES = ["12 Orchard Road", "York", "YO1 7HH", "United Kingdom"]


def address_of(portal: Portal, person: Person) -> list[str] | None:
    with portal.db.read() as session:
        return session.get_one(Patient, person.patient_id).address


def test_alice_gives_her_address_once_and_changes_it_later(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    assert "Not given" in words_of(client.get("/account"))
    answer = client.submit("/account/address", address=TYPED)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert address_of(portal, alice) == LINES
    page = client.get("/account/address")
    assert form_on(page, "/account/address").filled({})["address"] == ["\n".join(LINES)]
    client.submit(page, address="4 Mill Lane\nLeeds")
    assert "4 Mill Lane" in words_of(client.get("/account"))
    assert actions_of(portal, alice.patient_ref) == ["patient.address_changed"] * 2


def test_the_audit_trail_says_that_it_changed_and_not_to_what(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    sign_in(alice).submit("/account/address", address=TYPED)
    with portal.db.read() as session:
        kept = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "patient.address_changed")
        ).one()
    assert (kept.user_id, kept.details) == (alice.user_id, {})


def test_the_same_address_again_changes_nothing(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    for _ in range(2):
        assert client.submit("/account/address", address=TYPED).status_code == 303
    assert actions_of(portal, alice.patient_ref) == ["patient.address_changed"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter your postal address"),
        (" \n\t\n", "Enter your postal address"),
        ("\n".join("abcdefghi"), "1 to 8 lines"),
        ("x" * 101, "100 characters or fewer"),
        ("\x00\n\x1b", "Enter your postal address"),
        ("1 High Street\n\u202eYork", "characters that cannot be shown"),
        ("1 High Street \N{SNOWMAN}\nYork", "We cannot print \N{SNOWMAN}"),
    ],
)
def test_a_wrong_address_is_explained_in_its_place_and_not_kept(
    typed: str, message: str, portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    answer = sign_in(alice).submit("/account/address", address=typed)
    assert answer.status_code == 422
    assert message in words_of(answer)
    assert address_of(portal, alice) is None


@pytest.mark.parametrize(
    ("way_on", "location"),
    [
        ("/bills/BILL-1/pay", "/bills/BILL-1/pay"),
        ("//evil.example", "/account"),
        ("https://evil.example/", "/account"),
        ("/\\evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
    ],
)
def test_the_way_on_is_a_path_of_ours(
    way_on: str, location: str, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    page = client.get("/account/address", query_string={"next": way_on})
    assert "evil" not in page.text
    form = form_on(page, "/account/address")
    assert client.send(form, form.filled({"address": TYPED})).location == location
    forged = form.filled({"address": TYPED}) | {"next": [way_on]}
    assert client.send(form, forged).location == location


def test_staff_have_no_postal_address(clara: Person, sign_in: SignIn) -> None:
    client = sign_in(clara)
    assert client.get("/account/address").status_code == 404
    assert "Postal address" not in words_of(client.get("/account"))


def test_an_invoice_that_waits_for_the_address_is_drawn_with_it(
    portal: Portal, alice: Person, sign_in: SignIn, run_jobs: Callable[[], int]
) -> None:
    with portal.db.write() as session:
        bill, payment = add_paid_bill(session, alice.patient_id)
        make_large(bill)
        document_id = issue_invoice(session, portal.settings, bill, payment).id
    run_jobs()
    held = invoice(portal, document_id)
    assert (held.held_for, held.stored_as) == (Lack.ADDRESS, None)
    sign_in(alice).submit("/account/address", address=TYPED)
    run_jobs()
    drawn = invoice(portal, document_id)
    assert (drawn.held_for, drawn.number) == (None, held.number)
    assert drawn.stored_as is not None
    assert Invoice.from_dict(drawn.content).customer.address_lines == tuple(LINES)


def invoice(portal: Portal, document_id: int) -> Document:
    with portal.db.read() as session:
        return session.get_one(Document, document_id)


def make_large(bill: Bill) -> None:
    """The same bill, four times as dear."""
    for row, names in (
        (bill, ("net", "tax", "total")),
        *((line, ("unit_amount", "amount")) for line in bill.lines),
        *((tax, ("net", "tax")) for tax in bill.taxes),
    ):
        for name in names:
            setattr(row, name, 4 * getattr(row, name))
