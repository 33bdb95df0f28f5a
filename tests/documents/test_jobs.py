"""Drawing: once, whatever happens in between."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from threading import Barrier

import pikepdf
import pytest

from portal.context import Portal
from portal.documents.jobs import KIND
from portal.documents.service import document_name, stored_document
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentConflict
from portal.jobs import run_due
from tests.support.documents import Issued, stored_invoice


def test_an_issued_invoice_is_drawn_and_stored_under_its_number(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    issued = issue()
    assert stored_document(portal, stored_invoice(portal, issued.invoice_id)) is None
    assert run_due(portal, [KIND], clock.now()) == 1
    invoice = stored_invoice(portal, issued.invoice_id)
    content = stored_document(portal, invoice)
    assert content is not None
    assert content == portal.documents.get(f"{issued.number}.pdf")
    assert invoice.sha256 == sha256(content).hexdigest()
    assert invoice.stored_at is not None
    assert invoice.due_at is None
    with pikepdf.open(BytesIO(content)) as pdf:
        assert issued.number in str(pdf.docinfo["/Title"])


def test_drawing_again_changes_nothing(portal: Portal, issue: Callable[..., Issued]) -> None:
    issued = issue()
    KIND.run(portal, issued.invoice_id)
    first = stored_invoice(portal, issued.invoice_id)
    KIND.run(portal, issued.invoice_id)
    second = stored_invoice(portal, issued.invoice_id)
    assert (first.sha256, first.stored_at) == (second.sha256, second.stored_at)


def test_two_workers_at_once_make_one_document(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    issued = issue()
    together = Barrier(2)

    def work(_: int) -> None:
        together.wait()
        KIND.run(portal, issued.invoice_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    invoice = stored_invoice(portal, issued.invoice_id)
    assert sha256(portal.documents.get(document_name(issued.number))).hexdigest() == invoice.sha256


def test_after_a_crash_what_was_stored_is_the_document(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    issued = issue()
    drawn_before_the_crash = b"%PDF by an older drawing library"
    portal.documents.put_once(document_name(issued.number), drawn_before_the_crash)
    assert run_due(portal, [KIND], clock.now()) == 1
    assert (
        stored_document(portal, stored_invoice(portal, issued.invoice_id)) == drawn_before_the_crash
    )


def test_a_document_damaged_in_the_store_is_not_handed_out(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    issued = issue()
    KIND.run(portal, issued.invoice_id)
    [path] = portal.settings.mail_directory.parent.glob("documents/*.pdf")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DocumentConflict):
        stored_document(portal, stored_invoice(portal, issued.invoice_id))


def test_an_invoice_that_cannot_be_stored_waits_for_the_next_try(
    portal: Portal, issue: Callable[..., Issued]
) -> None:
    issued = issue()
    folder = portal.settings.mail_directory.parent / "documents"
    folder.rmdir()
    folder.touch()
    now = clock.now()
    assert run_due(portal, [KIND], now) == 1
    waiting = stored_invoice(portal, issued.invoice_id)
    assert waiting.attempts == 1
    assert waiting.due_at is not None
    folder.unlink()
    assert run_due(portal, [KIND], waiting.due_at) == 1
    assert stored_invoice(portal, issued.invoice_id).stored_at is not None
