"""Issuing invoices, making and opening receipt links, reading stored documents."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.context import Portal
from portal.documents.models import Invoice, ReceiptLink
from portal.documents.numbers import is_number
from portal.documents.tokens import LIFETIME
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentConflict


def invoice_for_download(session: Session, number: str, patient_id: int | None) -> Invoice | None:
    """The invoice of that number, if it is this patient's; of anybody, for `patient_id` None (the
    office).
    """
    if not is_number(number):
        return None
    wanted = select(Invoice).where(Invoice.number == number)
    if patient_id is not None:
        wanted = wanted.where(Invoice.patient_id == patient_id)
    return session.scalar(wanted)


def document_name(number: str) -> str:
    """Under which the document of that number is stored, and saved by a browser: nobody's name is
    in it.
    """
    return f"{number}.pdf"


def stored_document(portal: Portal, invoice: Invoice) -> bytes | None:
    """The stored bytes, None until they are drawn.

    Raises StoreUnavailable, DocumentMissing, and DocumentConflict where they are not the bytes that
    were stored.
    """
    if invoice.stored_at is None:
        return None
    content = portal.documents.get(document_name(invoice.number))
    if sha256(content).hexdigest() != invoice.sha256:
        raise DocumentConflict(invoice.number)
    return content


def note_office_view(portal: Portal, number: str, user_id: int) -> None:
    """Leave in the audit trail that the office opened a patient's document."""
    with portal.db.write() as session:
        audit.record(session, "invoice.viewed", "invoice", number, user_id=user_id)


def create_receipt_link(session: Session, payment_id: int) -> ReceiptLink:
    """A link to the payment's receipt, open for 60 days."""
    now = clock.now()
    link = ReceiptLink(payment_id=payment_id, created_at=now, expires_at=now + LIFETIME)
    session.add(link)
    session.flush()
    return link
