"""Issuing documents, finding and reading them, and noticing those that are damaged."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.context import Portal
from portal.documents.models import Document, ReceiptLink
from portal.documents.numbers import is_number
from portal.documents.rules import DocumentKind, Lack
from portal.documents.tokens import LIFETIME
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentConflict, DocumentMissing


@dataclass(frozen=True)
class Issue:
    """What a new document says, whose it is, and what it still lacks."""

    kind: DocumentKind
    number: str
    issued_on: date
    content: dict[str, object]
    bill_id: int
    payment_id: int
    patient_id: int
    lack: Lack | None = None


def issue(session: Session, new: Issue) -> Document:
    """Freeze a document in the running transaction; its job draws it, unless it lacks something."""
    now = clock.now()
    document = Document(
        kind=new.kind,
        number=new.number,
        issued_on=new.issued_on,
        content=new.content,
        content_digest=content_digest(new.content),
        held_for=new.lack,
        bill_id=new.bill_id,
        payment_id=new.payment_id,
        patient_id=new.patient_id,
        due_at=now,
    )
    session.add(document)
    session.flush()
    return document


def content_digest(content: dict[str, object]) -> str:
    """SHA-256 of a document's content, in hexadecimal."""
    return sha256(dumps(content, sort_keys=True).encode()).hexdigest()


def recheck_held(session: Session, patient_id: int | None = None) -> None:
    """Have held documents looked at again, now that a rate, a name or an address has been mended.

    Those of one patient, or of everybody.
    """
    held = update(Document).where(Document.held_for.is_not(None))
    if patient_id is not None:
        held = held.where(Document.patient_id == patient_id)
    session.execute(held.values(due_at=clock.now()))


def find_document(
    session: Session, kind: DocumentKind, number: str, patient_id: int | None
) -> Document | None:
    """The document of that number, if it is this patient's; of anybody, for `patient_id` None."""
    if not is_number(kind, number):
        return None
    wanted = select(Document).where(Document.kind == kind, Document.number == number)
    if patient_id is not None:
        wanted = wanted.where(Document.patient_id == patient_id)
    return session.scalar(wanted)


def file_name(number: str) -> str:
    """Under which a browser saves the document of that number: nobody's name is in it."""
    return f"{number}.pdf"


def stored_bytes(portal: Portal, document: Document) -> bytes | None:
    """The stored PDF; None until it is drawn, and where it was found lost or altered just now.

    What is lost or altered is noted, listed for the office, and drawn again.
    Raises StoreUnavailable.
    """
    if document.stored_as is None:
        return None
    try:
        content = portal.documents.get(document.stored_as)
    except (DocumentMissing, DocumentConflict):
        content = b""
    if sha256(content).hexdigest() == document.sha256:
        return content
    note_damage(portal, document.id)
    return None


def note_damage(portal: Portal, document_id: int) -> None:
    """Have a document whose stored bytes are not its own drawn again, and listed."""
    now = clock.now()
    with portal.db.write() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if document.stored_as is None:
            return
        document.damaged_at = now
        document.due_at = now
        document.stored_at = document.stored_as = document.sha256 = None
        audit.record(session, "document.damaged", document.kind, document.number)


def acknowledge_damage(portal: Portal, number: str, user_id: int | None) -> bool:
    """Take damaged documents of that number off the list; False where there are none."""
    if not any(is_number(kind, number) for kind in DocumentKind):
        return False
    with portal.db.write() as session:
        damaged = session.scalars(
            select(Document)
            .where(Document.number == number, Document.damaged_at.is_not(None))
            .with_for_update()
        ).all()
        for document in damaged:
            document.damaged_at = None
            audit.record(session, "document.damage_acknowledged", document.kind, number, user_id)
    return bool(damaged)


def note_office_view(portal: Portal, document: Document, user_id: int) -> None:
    """Leave in the audit trail that the office opened a patient's document."""
    with portal.db.write() as session:
        audit.record(
            session, f"{document.kind}.viewed", document.kind, document.number, user_id=user_id
        )


def create_receipt_link(session: Session, payment_id: int) -> ReceiptLink:
    """A link to the payment's receipt, open for 60 days."""
    now = clock.now()
    link = ReceiptLink(payment_id=payment_id, created_at=now, expires_at=now + LIFETIME)
    session.add(link)
    session.flush()
    return link
