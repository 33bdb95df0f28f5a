"""What kinds of document there are, and what holds one back. Pure."""

from enum import StrEnum


class DocumentKind(StrEnum):
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
