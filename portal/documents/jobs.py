"""Drawing each invoice once."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256

from portal.context import Portal
from portal.documents.drawing import draw
from portal.documents.models import Invoice
from portal.documents.service import document_name
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentConflict, DocumentMissing
from portal.jobs import Failure, JobKind

Draw = Callable[[dict[str, object]], bytes]


def _run(draw: Draw, portal: Portal, invoice_id: int) -> None:
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
        stored = draw(content)
        portal.documents.put_once(name, stored)
    with portal.db.write() as session:
        invoice = session.get_one(Invoice, invoice_id, with_for_update=True)
        invoice.sha256 = sha256(stored).hexdigest()
        invoice.stored_at = invoice.stored_at or clock.now()
        invoice.finish()


def _judge(error: Exception) -> Failure:
    """What is stored under a name stays there."""
    return Failure.FOR_GOOD if isinstance(error, DocumentConflict) else Failure.PASSES


def kind_drawn_by(draw: Draw) -> JobKind:
    """The kind of job, for a worker that draws by `draw`."""
    return JobKind("invoice", Invoice, partial(_run, draw), _judge, batch=1)


KIND = kind_drawn_by(draw)
