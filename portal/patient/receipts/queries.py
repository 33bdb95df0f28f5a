"""What a receipt link opens. Reads only."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.models import Invoice, ReceiptLink
from portal.documents.tokens import read_receipt_token
from portal.infrastructure import clock
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.settings import Settings


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
