"""Drawing each invoice once."""

from hashlib import sha256

from invoices.model import Invoice as Document
from portal.context import Portal
from portal.documents.models import Invoice
from portal.documents.service import document_name
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentConflict, DocumentMissing
from portal.jobs import Failure, JobKind


def _run(portal: Portal, invoice_id: int) -> None:
    """Draw with nothing locked, store, then note it.

    What is stored is the document: a run after a crash, or beside another worker, takes the bytes
    it finds, even where a newer drawing library would make others.
    """
    with portal.db.read() as session:
        invoice = session.get_one(Invoice, invoice_id)
        name, content = document_name(invoice.number), invoice.content
    try:
        stored = portal.documents.get(name)
    except DocumentMissing:
        stored = _draw(content)
        portal.documents.put_once(name, stored)
    with portal.db.write() as session:
        invoice = session.get_one(Invoice, invoice_id, with_for_update=True)
        invoice.sha256 = sha256(stored).hexdigest()
        invoice.stored_at = invoice.stored_at or clock.now()
        invoice.finish()


def _draw(content: dict[str, object]) -> bytes:
    # The drawing library takes 45 MiB: only a process that draws loads it.
    from invoices.draw import draw_pdf  # noqa: PLC0415

    return draw_pdf(Document.from_dict(content))


def _judge(error: Exception) -> Failure:
    """What is stored under a name stays there."""
    return Failure.FOR_GOOD if isinstance(error, DocumentConflict) else Failure.PASSES


KIND = JobKind("invoice", Invoice, _run, _judge)
