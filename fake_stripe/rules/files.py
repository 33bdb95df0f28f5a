"""Files that were uploaded: which are taken, and what they hold.

https://docs.stripe.com/file-upload: evidence is a PDF, a JPEG or a PNG of 5 MB at most.
"""

from fake_stripe.documents import Document, Download, Upload
from fake_stripe.errors import ApiError
from fake_stripe.runtime.session import Session

EVIDENCE = "dispute_evidence"
LARGEST = 5_000_000
# By how the content begins.
_KINDS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def keep(session: Session, upload: object, purpose: str) -> Document:
    """The file, from now on an object. Raises ApiError 400 for what is not taken."""
    if not isinstance(upload, Upload):
        raise ApiError("Invalid file: it has to be sent as multipart/form-data.", param="file")
    if purpose != EVIDENCE:
        message = f"Files for `{purpose}` are not supported by this offline Stripe."
        raise ApiError(message, param="purpose")
    file = session.draft("file")
    file |= {
        "filename": upload.filename,
        "links": _no_links(file["id"]),
        "purpose": purpose,
        "size": len(upload.content),
        "type": _kind(upload.content),
        "url": f"{session.base_url}/v1/files/{file['id']}/contents",
    }
    session.store.insert(session.account, file)
    session.store.set_content(file["id"], upload.content)
    return file


def content(session: Session, file: Document) -> Download:
    """What the file holds."""
    return Download(_MEDIA_TYPES[file["type"]], session.store.content(file["id"]))


def _kind(content: bytes) -> str:
    if not content:
        raise ApiError("The file is empty.", param="file")
    if len(content) > LARGEST:
        raise ApiError(f"The file is larger than {LARGEST} bytes.", param="file")
    for start, kind in _KINDS.items():
        if content.startswith(start):
            return kind
    raise ApiError("Evidence has to be a PDF, a JPEG or a PNG file.", param="file")


def _no_links(identifier: str) -> Document:
    """Links for people without the key are not here, so that a file never has one."""
    url = f"/v1/file_links?file={identifier}"
    return {"object": "list", "data": [], "has_more": False, "url": url}
