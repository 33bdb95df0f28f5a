"""What a credit note says: how much of an invoice is taken off again, tax by tax rate."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from invoices import bounds
from invoices.formats import minor_digits
from invoices.parts import STRICT, Party, TaxLine
from invoices.sterling import SterlingVat
from invoices.stored import Stored


@dataclass(frozen=True, slots=True)
class CreditNote(Stored):
    """A refund of an invoice, or of a part of it. All amounts are minor units of `currency` and
    above 0, as VAT Regulations 1995, regulation 15C has them on a credit note.

    `items` are the labels of what the invoice was for; `refunded_to` is a text such as
    "Visa ending 4242"; `sterling` is the same VAT in pounds, by the invoice's own rate. Raises
    ValueError when the sums do not add up, or when a text is too long (`invoices.bounds`).
    """

    __pydantic_config__ = STRICT

    number: str
    issued_on: date
    invoice_number: str
    invoice_issued_on: date
    bill_reference: str
    payment_reference: str
    refund_reference: str
    seller: Party
    customer: Party
    currency: str
    items: tuple[str, ...]
    taxes: tuple[TaxLine, ...]
    net: int
    tax: int
    total: int
    refunded_to: str | None
    customer_reference: str | None = None
    sterling: SterlingVat | None = None
    notes: tuple[str, ...] = ()
    language: Literal["en"] = "en"
    kind: Literal["credit_note"] = "credit_note"

    def __post_init__(self) -> None:
        minor_digits(self.currency)
        bounds.hold(
            self,
            {
                "number": bounds.REFERENCE,
                "invoice_number": bounds.REFERENCE,
                "bill_reference": bounds.REFERENCE,
                "payment_reference": bounds.REFERENCE,
                "refund_reference": bounds.REFERENCE,
                "customer_reference": bounds.REFERENCE,
                "refunded_to": bounds.NAME,
                "items": bounds.LABEL,
                "notes": bounds.NOTE,
            },
            {"items": bounds.LINES, "taxes": bounds.TAXES, "notes": bounds.NOTES},
        )
        claims = {
            "net per rate against net": (sum(line.net for line in self.taxes), self.net),
            "tax per rate against tax": (sum(line.tax for line in self.taxes), self.tax),
            "net and tax against total": (self.net + self.tax, self.total),
        }
        for claim, (found, stated) in claims.items():
            if found != stated:
                raise ValueError(f"{claim}: {found} is not {stated}")
        if self.total < 1:
            raise ValueError(f"a credit note cannot have the total {self.total}")
        if any(line.net < 0 or line.tax < 0 for line in self.taxes):
            raise ValueError("a credit note has no amounts below 0")
