"""What kinds of document there are, and what holds one back. Pure."""

from datetime import datetime
from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document says: each kind has its series of numbers and its content."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"


class Lack(StrEnum):
    """What a document must say and does not know yet."""

    # VAT in another currency is shown in sterling too, and this month's rate is not here.
    EXCHANGE_RATE = "exchange_rate"
    # A name has letters that none of our fonts can print.
    PRINTABLE_NAME = "printable_name"
    # Above 250 pounds the customer's address stands on an invoice.
    ADDRESS = "address"


class Readiness(StrEnum):
    READY = "ready"
    # Held until the office has mended it; nobody waits for it in front of a page.
    HELD = "held"
    DRAWING = "drawing"


def readiness(
    number: str | None, stored_at: datetime | None, held_for: Lack | None
) -> Readiness | None:
    """How the document of that number stands for whoever waits for it; None: none is issued."""
    if number is None:
        return None
    if stored_at is not None:
        return Readiness.READY
    return Readiness.DRAWING if held_for is None else Readiness.HELD
