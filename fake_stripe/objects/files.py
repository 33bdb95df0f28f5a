"""Files that were uploaded."""

from fake_stripe.documents import Document

BLANK: Document = {
    "id": "",
    "object": "file",
    "created": 0,
    "expires_at": None,
    "filename": None,
    "links": None,
    "purpose": "",
    "size": 0,
    "title": None,
    "type": None,
    "url": None,
}
