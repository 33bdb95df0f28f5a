"""Documents for those they belong to, and receipts for whoever has the link."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from invoices.draw import draw_pdf
from portal.audit.models import AuditRecord
from portal.context import Portal
from portal.documents.jobs import KIND
from portal.documents.models import ReceiptLink
from portal.documents.service import create_receipt_link, document_name
from portal.documents.tokens import LIFETIME, receipt_token
from portal.payments.models import Payment
from tests.invoices.samples import two_rates
from tests.support.client import PortalClient, words_of
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


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A drawn invoice; which one it is does not matter here."""
    return draw_pdf(two_rates())


@pytest.fixture
def drawn(portal: Portal, alices: Issued, pdf: bytes) -> Issued:
    """Alice's invoice with its document stored."""
    portal.documents.put_once(document_name(alices.number), pdf)
    KIND.run(portal, alices.invoice_id)
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
    assert f'hx-get="{path}?unattended"' in client.partial(path).text
    KIND.run(portal, alices.invoice_id)
    ready = client.partial(path)
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


def test_a_damaged_document_says_try_later(
    drawn: Issued, portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    [path] = portal.settings.mail_directory.parent.glob("documents/*.pdf")
    path.write_bytes(b"%PDF-damaged")
    assert sign_in(alice).get(f"/invoices/{drawn.number}.pdf").status_code == 503


def test_the_receipt_opens_without_signing_in_and_says_nothing_clinical(
    drawn: Issued, client: PortalClient
) -> None:
    page = client.get(f"/r/{drawn.token}")
    assert page.status_code == 200
    words = words_of(page)
    for said in ("£64.00", drawn.payment_ref, "Visa ending 4242", "Riverside Clinic", drawn.number):
        assert said in words
    for unsaid in ("Alice", "Archer", "letter", "Advice", "Health"):
        assert unsaid not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_the_receipts_document_is_the_stored_one(
    drawn: Issued, client: PortalClient, alice: Person, sign_in: SignIn
) -> None:
    own = sign_in(alice).get(f"/invoices/{drawn.number}.pdf")
    from_mail = client.get(f"/r/{drawn.token}/{drawn.number}.pdf")
    assert from_mail.data == own.data
    assert from_mail.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_receipt_whose_invoice_is_not_drawn_yet_waits_without_signing_in(
    alices: Issued, client: PortalClient
) -> None:
    page = client.get(f"/r/{alices.token}/{alices.number}.pdf")
    assert page.status_code == 202
    assert f"/r/{alices.token}" in page.text


def test_a_receipt_link_opens_no_other_document(
    drawn: Issued, issue: Issue, bob: Person, client: PortalClient
) -> None:
    bobs = issue(bob.patient_id)
    assert client.get(f"/r/{drawn.token}/{bobs.number}.pdf").status_code == 404


def test_an_expired_link_says_so_and_how_to_go_on(
    drawn: Issued, client: PortalClient, clock: Clock
) -> None:
    clock.advance(LIFETIME + timedelta(minutes=1))
    for path in (f"/r/{drawn.token}", f"/r/{drawn.token}/{drawn.number}.pdf"):
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
