"""What a receipt link opens. Reads only."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill
from portal.documents.models import Document, ReceiptLink
from portal.documents.rules import DocumentKind
from portal.documents.tokens import read_receipt_token
from portal.infrastructure import clock
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.refunds.service import refunded_of
from portal.settings import Settings


class LinkState(StrEnum):
    """What a receipt link is worth now."""

    OPEN = "open"
    # Expired: a genuine link that opens nothing any more.
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class OpenedReceipt:
    """What a receipt link shows; `payment` only while it is open.

    `tax` is the VAT in the amount, `refunded` what of it has come back, in minor units. `document`
    is the receipt as a PDF; payments from before there were such documents have none.
    """

    state: LinkState
    payment: Payment | None = None
    # As people know it.
    method: str | None = None
    tax: int = 0
    refunded: int = 0
    document: Document | None = None


def open_receipt(session: Session, settings: Settings, token: str) -> OpenedReceipt:
    """What this token opens now."""
    read = read_receipt_token(settings, token)
    link = session.get(ReceiptLink, read.link_id) if read else None
    if read is None or link is None:
        return OpenedReceipt(LinkState.UNKNOWN)
    if read.expired or link.expires_at <= clock.now():
        return OpenedReceipt(LinkState.CLOSED)
    receipt = and_(Document.payment_id == Payment.id, Document.kind == DocumentKind.RECEIPT)
    payment, tax, refunded, document = session.execute(
        select(Payment, Bill.tax, refunded_of(), Document)
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(Document, receipt)
        .where(Payment.id == link.payment_id)
    ).one()
    method = method_name(payment.brand, payment.last4, payment.wallet)
    return OpenedReceipt(LinkState.OPEN, payment, method, tax, refunded, document)
