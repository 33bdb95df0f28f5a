"""Drawing documents, once they have all that they must say; asking for bills."""

from datetime import timedelta

from portal.bills.models import BillNotice
from portal.context import Portal
from portal.documents.jobs import draw
from portal.documents.models import Document
from portal.effects.asked import ask
from portal.effects.invoice import complete
from portal.infrastructure import clock
from portal.jobs import JobKind

# Whoever mends what is missing has it looked at again at once; this finds what nobody announced.
NEXT_LOOK = timedelta(hours=1)


def prepare(portal: Portal, document_id: int) -> None:
    """Draw a document; one that is held is looked at again, and drawn when it lacks nothing."""
    with portal.db.read() as session:
        held = session.get_one(Document, document_id).held_for is not None
    if held and not _complete(portal, document_id):
        return
    draw(portal, document_id)


def _complete(portal: Portal, document_id: int) -> bool:
    with portal.db.write() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if complete(session, portal.settings, document):
            return True
        document.finish(due_at=clock.now() + NEXT_LOOK)
        return False


KIND = JobKind("document", Document, prepare)
BILL_NOTICE = JobKind("bill notice", BillNotice, ask)
