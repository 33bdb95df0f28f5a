"""Documents for those they belong to, and receipts for whoever has the link."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select, update

from portal.audit.models import AuditRecord
from portal.context import Portal
from portal.documents.jobs import draw
from portal.documents.models import ReceiptLink
from portal.documents.service import create_receipt_link
from portal.documents.tokens import LIFETIME, receipt_token
from portal.payments.models import Payment
from tests.invoices.reading import text_of
from tests.support.client import PortalClient, asks_again, words_of
from tests.support.documents import Issued
from tests.support.people import Person
from tests.support.portals import Clock
from tests.support.queries import Statements

SignIn = Callable[[Person], PortalClient]
Issue = Callable[..., Issued]


@pytest.fixture
def alices(issue: Issue, alice: Person) -> Issued:
    """Alice's invoice, not yet drawn."""
    return issue(alice.patient_id)


@pytest.fixture
def drawn(portal: Portal, alices: Issued) -> Issued:
    """Alice's invoice and receipt with their documents stored."""
    draw(portal, alices.invoice_id)
    draw(portal, alices.receipt_id)
    return alices


def test_alice_downloads_the_same_bytes_each_time(
    drawn: Issued, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    first, second = (client.get(f"/invoices/{drawn.number}.pdf") for _ in range(2))
    assert first.status_code == 200
    assert first.mimetype == "application/pdf"
    assert first.headers["Content-Disposition"] == f"attachment; filename={drawn.number}.pdf"
    assert first.headers["Cache-Control"] == "no-store"
    assert first.data.startswith(b"%PDF-")
    assert first.data == second.data


def test_an_invoice_that_is_not_drawn_yet_is_waited_for(
    portal: Portal, alices: Issued, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    path = f"/invoices/{alices.number}.pdf"
    waiting = client.get(path)
    assert (waiting.status_code, waiting.mimetype, waiting.headers["Retry-After"]) == (
        202,
        "text/html",
        "2",
    )
    assert "being prepared" in words_of(waiting)
    again = asks_again(client.partial(path))
    assert again.startswith(f"{path}?unattended&since=")
    assert client.partial(again).status_code == 204
    draw(portal, alices.invoice_id)
    ready = client.partial(again)
    assert ready.status_code == 200
    assert "Your invoice is ready" in ready.text
    assert "hx-get" not in ready.text
    assert client.get(path).mimetype == "application/pdf"


def test_bob_clara_and_strangers_learn_nothing_of_alices_invoice(
    drawn: Issued, bob: Person, clara: Person, sign_in: SignIn, client: PortalClient
) -> None:
    for person in (bob, clara):
        browser = sign_in(person)
        foreign = browser.get(f"/invoices/{drawn.number}.pdf")
        missing = browser.get("/invoices/INV-2026-999999.pdf")
        assert foreign.status_code == missing.status_code == 404
        assert words_of(foreign) == words_of(missing)
    assert client.get(f"/invoices/{drawn.number}.pdf").status_code == 303


def test_a_number_that_is_none_is_not_found(alice: Person, sign_in: SignIn) -> None:
    client = sign_in(alice)
    for number in ("INV-2026-000001%00", "1", "INV-2026-999999", "%F0%9F%92%A9", "..%2f..%2fetc"):
        assert client.get(f"/invoices/{number}.pdf").status_code == 404


def test_the_office_opens_any_invoice_and_the_audit_trail_says_so(
    portal: Portal, drawn: Issued, adam: Person, sign_in: SignIn
) -> None:
    assert sign_in(adam).get(f"/invoices/{drawn.number}.pdf").mimetype == "application/pdf"
    with portal.db.read() as session:
        viewed = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "invoice.viewed")
        ).one()
        assert (viewed.subject_ref, viewed.user_id) == (drawn.number, adam.user_id)


@pytest.mark.parametrize("how", ["altered", "lost"])
def test_a_document_whose_bytes_are_not_its_own_is_refused_listed_and_drawn_again(
    how: str,
    drawn: Issued,
    portal: Portal,
    alice: Person,
    adam: Person,
    sign_in: SignIn,
    run_jobs: Callable[[], int],
) -> None:
    client, path = sign_in(alice), f"/invoices/{drawn.number}.pdf"
    first = client.get(path).data
    [file] = portal.settings.mail_directory.parent.glob(f"documents/{drawn.number}*.pdf")
    if how == "altered":
        file.write_bytes(b"%PDF-of somebody else")
    else:
        file.unlink()
    refused = client.get(path)
    assert (refused.status_code, refused.mimetype) == (202, "text/html")
    run_jobs()
    assert client.get(path).data == first
    office = sign_in(adam)
    assert drawn.number in words_of(office.get("/admin"))
    office.submit("/admin", action="/damage")
    office.get("/admin")
    assert drawn.number not in words_of(office.get("/admin"))


def test_the_receipt_opens_without_signing_in_and_says_nothing_clinical(
    drawn: Issued, client: PortalClient
) -> None:
    page = client.get(f"/r/{drawn.token}")
    assert page.status_code == 200
    words = words_of(page)
    for said in ("£64.00", drawn.payment_ref, "Visa ending 4242", "Riverside Clinic", "£9.00"):
        assert said in words
    for unsaid in ("Alice", "Archer", "letter", "Advice", "Health", drawn.number):
        assert unsaid not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_the_receipt_as_a_pdf_says_no_more_than_its_page(
    drawn: Issued, client: PortalClient
) -> None:
    document = client.get(f"/r/{drawn.token}/receipt.pdf")
    assert document.mimetype == "application/pdf"
    assert document.headers["X-Robots-Tag"] == "noindex, nofollow"
    with pikepdf.open(BytesIO(document.data)) as pdf:
        assert drawn.payment_ref in str(pdf.docinfo["/Title"])
    words = text_of(document.data)
    for said in ("£64.00", drawn.payment_ref, "Visa ending 4242", "Riverside Clinic", "£9.00"):
        assert said in words
    for unsaid in ("Alice", "Archer", "letter", "Advice", "Health", drawn.number):
        assert unsaid not in words


def test_the_invoice_is_not_to_be_had_by_the_receipts_link(
    drawn: Issued, client: PortalClient
) -> None:
    page = client.get(f"/r/{drawn.token}")
    assert "/invoices/" not in page.text
    assert client.get(f"/r/{drawn.token}/{drawn.number}.pdf").status_code == 404


def test_a_receipt_that_is_not_drawn_yet_waits_without_signing_in(
    alices: Issued, client: PortalClient
) -> None:
    page = client.get(f"/r/{alices.token}/receipt.pdf")
    assert page.status_code == 202
    assert f"/r/{alices.token}" in page.text


def test_an_expired_link_says_so_and_how_to_go_on(
    drawn: Issued, client: PortalClient, clock: Clock
) -> None:
    clock.advance(LIFETIME + timedelta(minutes=1))
    for path in (f"/r/{drawn.token}", f"/r/{drawn.token}/receipt.pdf"):
        page = client.get(path)
        assert page.status_code == 410
        assert "This link no longer works" in words_of(page)
        assert drawn.payment_ref not in page.text


def test_a_link_ends_when_its_row_says_so(
    portal: Portal, drawn: Issued, client: PortalClient, clock: Clock
) -> None:
    with portal.db.write() as session:
        payment = session.get_one(Payment, drawn.payment_id)
        new = receipt_token(portal.settings, create_receipt_link(session, payment.id).id)
        session.execute(
            update(ReceiptLink)
            .where(ReceiptLink.id == 1)
            .values(expires_at=clock.now() - timedelta(seconds=1))
        )
    assert client.get(f"/r/{drawn.token}").status_code == 410
    assert client.get(f"/r/{new}").status_code == 200


def test_a_link_that_we_did_not_sign_is_not_found(
    portal: Portal, drawn: Issued, client: PortalClient
) -> None:
    foreign = receipt_token(
        portal.settings.model_copy(update={"secret_key": "another-" + "3" * 32}), 1
    )
    unknown = receipt_token(portal.settings, 999_999)
    for token in (drawn.token[:-5], drawn.token.upper(), foreign, unknown, "x", "%00", "a.b.c"):
        assert client.get(f"/r/{token}").status_code == 404


def test_the_receipt_asks_the_database_for_little(
    drawn: Issued, client: PortalClient, queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    with queries() as sent:
        client.get(f"/r/{drawn.token}")
    assert len(sent) <= 3
