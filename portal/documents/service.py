"""Issuing invoices, making and opening receipt links, reading stored documents."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import service as audit
from portal.bills.models import Bill
from portal.context import Portal
from portal.documents.content import invoice_content
from portal.documents.models import Invoice, ReceiptLink
from portal.documents.numbers import is_number, next_number
from portal.documents.store import DocumentConflict
from portal.documents.tokens import LIFETIME, read_receipt_token
from portal.patients.models import Patient
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.settings import Settings


def issue_invoice(session: Session, settings: Settings, bill: Bill, payment: Payment) -> Invoice:
    """The bill's invoice, numbered and frozen now unless it has one; drawn later by its job.

    Runs in the transaction that makes the bill paid, under the bill's lock. Raises ValueError where
    the bill's sums contradict each other.
    """
    issued = session.scalar(select(Invoice).where(Invoice.bill_id == bill.id))
    if issued is not None:
        return issued
    now = clock.now()
    today = clock.local_date(now, settings.business_timezone)
    number = next_number(session, "INV", today.year)
    content = invoice_content(
        settings,
        bill,
        payment,
        session.get_one(Patient, bill.patient_id),
        number=number,
        issued_on=today,
        paid_on=clock.local_date(payment.paid_at or now, settings.business_timezone),
    )
    invoice = Invoice(
        number=number,
        bill_id=bill.id,
        payment_id=payment.id,
        patient_id=bill.patient_id,
        issued_on=today,
        content=content.to_dict(),
        due_at=now,
    )
    session.add(invoice)
    session.flush()
    audit.record(session, "invoice.issued", "invoice", number, bill=bill.ref, payment=payment.ref)
    return invoice


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


def create_receipt_link(session: Session, payment: Payment) -> ReceiptLink:
    """A link to the payment's receipt, open for 60 days."""
    now = clock.now()
    link = ReceiptLink(payment_id=payment.id, created_at=now, expires_at=now + LIFETIME)
    session.add(link)
    session.flush()
    return link


class LinkState(StrEnum):
    OPEN = "open"
    # Expired: a genuine link that opens nothing any more.
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class OpenedReceipt:
    """What a receipt link shows; `payment` only while it is open."""

    state: LinkState
    payment: Payment | None = None
    # As people know it.
    method: str | None = None
    invoices: tuple[Invoice, ...] = ()


def open_receipt(session: Session, settings: Settings, token: str) -> OpenedReceipt:
    """What this token opens now."""
    read = read_receipt_token(settings, token)
    link = session.get(ReceiptLink, read.link_id) if read else None
    if read is None or link is None:
        return OpenedReceipt(LinkState.UNKNOWN)
    if read.expired or link.expires_at <= clock.now():
        return OpenedReceipt(LinkState.CLOSED)
    payment = session.get_one(Payment, link.payment_id)
    invoices = session.scalars(
        select(Invoice).where(Invoice.payment_id == payment.id).order_by(Invoice.id)
    )
    method = method_name(payment.brand, payment.last4, payment.wallet)
    return OpenedReceipt(LinkState.OPEN, payment, method, tuple(invoices))
