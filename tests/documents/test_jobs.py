"""Drawing: once, whatever happens in between, under a name that belongs to the content."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from threading import Barrier

import pikepdf
from sqlalchemy import delete, update

from portal.context import Portal
from portal.documents.jobs import draw, stored_name
from portal.documents.models import Document, NumberSeries
from portal.documents.service import stored_bytes
from portal.effects.jobs import KIND
from portal.jobs import run_due
from portal.worker import drain
from tests.invoices.reading import text_of
from tests.support.documents import Issued, add_patient, stored_invoice

Issue = Callable[..., Issued]


def test_an_issued_invoice_is_drawn_and_stored_under_a_name_of_its_content(
    portal: Portal, issue: Issue
) -> None:
    issued = issue()
    assert stored_bytes(portal, stored_invoice(portal, issued.invoice_id)) is None
    assert drain(portal, kinds=[KIND]) == 2
    invoice = stored_invoice(portal, issued.invoice_id)
    content = stored_bytes(portal, invoice)
    assert content is not None
    assert invoice.stored_as == f"{issued.number}-{invoice.content_digest[:16]}.pdf"
    assert content == portal.documents.get(invoice.stored_as)
    assert invoice.sha256 == sha256(content).hexdigest()
    assert invoice.stored_at is not None
    assert invoice.due_at is None
    with pikepdf.open(BytesIO(content)) as pdf:
        assert issued.number in str(pdf.docinfo["/Title"])


def test_drawing_again_changes_nothing(portal: Portal, issue: Issue) -> None:
    issued = issue()
    draw(portal, issued.invoice_id)
    first = stored_invoice(portal, issued.invoice_id)
    draw(portal, issued.invoice_id)
    second = stored_invoice(portal, issued.invoice_id)
    assert (first.sha256, first.stored_at) == (second.sha256, second.stored_at)


def test_two_workers_at_once_make_one_document(portal: Portal, issue: Issue) -> None:
    issued = issue()
    together = Barrier(2)

    def work(_: int) -> None:
        together.wait()
        draw(portal, issued.invoice_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    invoice = stored_invoice(portal, issued.invoice_id)
    assert invoice.stored_as is not None
    assert sha256(portal.documents.get(invoice.stored_as)).hexdigest() == invoice.sha256


def test_other_bytes_under_its_name_are_left_alone_and_not_handed_out(
    portal: Portal, issue: Issue
) -> None:
    issued = issue()
    digest = stored_invoice(portal, issued.invoice_id).content_digest
    portal.documents.put_once(stored_name(issued.number, digest, 1), b"%PDF of something else")
    draw(portal, issued.invoice_id)
    invoice = stored_invoice(portal, issued.invoice_id)
    assert invoice.stored_as == stored_name(issued.number, digest, 2)
    assert issued.number in text_of(stored_bytes(portal, invoice) or b"")


def test_a_number_given_away_again_after_a_restore_leads_to_nobody_elses_document(
    portal: Portal, issue: Issue
) -> None:
    """The database is put back to before Alice's invoice; the stored documents are not."""
    with portal.db.write() as session:
        alice, bob = add_patient(session, "Alice Archer").id, add_patient(session, "Bob Baker").id
    alices = issue(alice)
    draw(portal, alices.invoice_id)
    with portal.db.write() as session:
        session.execute(delete(Document))
        session.execute(delete(NumberSeries))
    bobs = issue(bob)
    assert bobs.number == alices.number
    draw(portal, bobs.invoice_id)
    words = text_of(stored_bytes(portal, stored_invoice(portal, bobs.invoice_id)) or b"")
    assert "Bob Baker" in words
    assert "Alice" not in words


def test_two_portals_with_one_store_keep_to_their_own_documents(
    portal: Portal, issue: Issue
) -> None:
    """Both begin to number at 1, and both draw into the same folder."""
    with portal.db.write() as session:
        alice = add_patient(session, "Alice Archer").id
        bob = add_patient(session, "Bob Baker").id
    first = issue(alice)
    draw(portal, first.invoice_id)
    with portal.db.write() as session:
        session.execute(update(Document).values(number=Document.number + "9"))
        session.execute(delete(NumberSeries))
    second = issue(bob)
    draw(portal, second.invoice_id)
    names = {
        name: text_of(stored_bytes(portal, stored_invoice(portal, issued.invoice_id)) or b"")
        for name, issued in (("Alice Archer", first), ("Bob Baker", second))
    }
    assert all(name in words for name, words in names.items())


def test_an_invoice_that_cannot_be_stored_waits_for_the_next_try(
    portal: Portal, issue: Issue
) -> None:
    issued = issue()
    folder = portal.settings.mail_directory.parent / "documents"
    folder.rmdir()
    folder.touch()
    assert drain(portal, kinds=[KIND]) == 2
    waiting = stored_invoice(portal, issued.invoice_id)
    assert waiting.attempts == 1
    assert waiting.due_at is not None
    folder.unlink()
    while run_due(portal, [KIND], waiting.due_at):
        pass
    assert stored_invoice(portal, issued.invoice_id).stored_at is not None
