"""Drawing each document once."""

from collections.abc import Callable
from hashlib import sha256

from portal.context import Portal
from portal.documents import drawing
from portal.documents.models import Document
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentConflict, DocumentStore
from portal.jobs import Failure

Draw = Callable[[dict[str, object]], bytes]
# Under how many names a document is stored at most; each but the first replaces altered bytes.
MOST_NAMES = 20


def draw(portal: Portal, document_id: int, by: Draw = drawing.draw) -> None:
    """Draw with nothing locked, store, then note under which name.

    Two that draw at once make the same bytes. Raises StoreUnavailable, and ValueError, DrawError or
    DrawingFailed where the content cannot be drawn.
    """
    with portal.db.read() as session:
        document = session.get_one(Document, document_id)
        number, digest, content = document.number, document.content_digest, document.content
    pdf = by(content)
    name = _store(portal.documents, number, digest, pdf)
    with portal.db.write() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if document.content_digest != digest:
            # Its content was completed meanwhile: what was drawn is not it.
            return
        document.stored_as = name
        document.sha256 = sha256(pdf).hexdigest()
        document.stored_at = document.stored_at or clock.now()
        document.finish()


def judge(error: Exception) -> Failure:
    """A store that is away comes back; what could not be drawn for days will not be."""
    if isinstance(error, (ValueError, DocumentConflict, drawing.DrawingFailed)):
        return Failure.MAY_LAST
    return Failure.PASSES


def _store(store: DocumentStore, number: str, digest: str, pdf: bytes) -> str:
    """Store under a name that binds the bytes to the content; where others stand, under the next.

    Another portal, or a database put back to an earlier day, may have given the number away too.
    """
    for place in range(1, MOST_NAMES + 1):
        name = stored_name(number, digest, place)
        try:
            store.put_once(name, pdf)
        except DocumentConflict:
            continue
        return name
    raise DocumentConflict(number)


def stored_name(number: str, digest: str, place: int) -> str:
    """`INV-2026-000123-0f1e2d3c4b5a6978.pdf`; with the place at its end from the second on."""
    if place == 1:
        return f"{number}-{digest[:16]}.pdf"
    return f"{number}-{digest[:16]}-{place}.pdf"
