"""Drawing documents, once they have all that they must say; asking for bills."""

from datetime import timedelta
from functools import partial

from portal.bills.models import BillNotice
from portal.context import Portal
from portal.documents import drawing
from portal.documents.jobs import Draw, draw, judge
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.effects import credit_note, invoice
from portal.effects.asked import ask
from portal.infrastructure import clock
from portal.jobs import Failure, JobKind

# Whoever mends what is missing has it looked at again at once; this finds what nobody announced.
NEXT_LOOK = timedelta(hours=1)
# The kinds that can lack something.
_COMPLETE = {
    DocumentKind.INVOICE: invoice.complete,
    DocumentKind.CREDIT_NOTE: credit_note.complete,
}


def prepare(by: Draw, portal: Portal, document_id: int) -> None:
    """Draw a document; one that is held is looked at again, and drawn when it lacks nothing."""
    with portal.db.read() as session:
        held = session.get_one(Document, document_id).held_for is not None
    if held and not _complete(portal, document_id):
        return
    draw(portal, document_id, by)


def _complete(portal: Portal, document_id: int) -> bool:
    with portal.db.write() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if _COMPLETE[document.kind](session, portal.settings, document):
            return True
        document.finish(due_at=clock.now() + NEXT_LOOK)
        return False


def kind_drawn_by(by: Draw) -> JobKind:
    """The kind of job, for a worker that draws by `by`."""
    return JobKind("document", Document, partial(prepare, by), judge, batch=1)


def _passes(error: Exception) -> Failure:
    """Only the database can fail it, and that comes back."""
    return Failure.PASSES


KIND = kind_drawn_by(drawing.draw)
BILL_NOTICE = JobKind("bill notice", BillNotice, ask, _passes)
