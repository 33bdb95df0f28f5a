"""From the content of a document to its PDF."""

import logging
from hashlib import sha256
from json import dumps

from invoices.fonts import printable
from invoices.model import Document
from invoices.page import render_html

_LOGGER = logging.getLogger(__name__)


def draw_pdf(document: Document) -> bytes:
    """The document as a tagged PDF (PDF/UA-1), A4, on as many pages as it needs.

    The same content gives the same bytes. Letters that none of our fonts has are printed as U+FFFD,
    and the log says in how many places. Raises `invoices.engine.DrawError` when the page cannot be
    drawn faithfully.
    """
    # WeasyPrint takes 45 MiB: only the worker that draws should hold it.
    from invoices.engine import to_pdf  # noqa: PLC0415

    page = printable(render_html(document))
    if page.replaced:
        _LOGGER.warning("%s: no font for letters, places: %d", document.number, page.replaced)
    content = dumps(document.to_dict(), sort_keys=True).encode()
    return to_pdf(page.text, page.faces, sha256(content).digest()[:16])
