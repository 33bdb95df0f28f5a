"""What each kind of document says. Frozen: written once, drawn from the same content ever after.

A new kind is one dataclass here, in `Document` and in `KINDS`, and one template named after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from invoices import bounds
from invoices.credit_note import CreditNote
from invoices.formats import minor_digits
from invoices.parts import STRICT, Line, Party, TaxLine
from invoices.sterling import SterlingVat, sterling_vat
from invoices.stored import Stored

__all__ = [
    "CreditNote",
    "Document",
    "Invoice",
    "Line",
    "Party",
    "Receipt",
    "SterlingVat",
    "TaxLine",
    "document_from_dict",
]

# The texts that every kind of document has.
_LONGEST = {
    "number": bounds.REFERENCE,
    "bill_reference": bounds.REFERENCE,
    "payment_reference": bounds.REFERENCE,
    "paid_with": bounds.NAME,
    "notes": bounds.NOTE,
}


@dataclass(frozen=True, slots=True)
class Invoice(Stored):
    """A paid bill. All amounts are minor units of `currency` (ISO 4217).

    `payment_reference` and `paid_with` ("Visa ending 4242") are None when the total is 0 and nobody
    had to pay. `supplied_on` is the date of supply (the tax point), where one is to be shown;
    `customer_reference` is the patient's; `sterling` is what British rules want in pounds where
    `currency` is another. Raises ValueError when the sums do not add up (a document that
    contradicts itself is never drawn), or when a text is too long (`invoices.bounds`).
    """

    __pydantic_config__ = STRICT

    number: str
    issued_on: date
    paid_on: date
    bill_reference: str
    payment_reference: str | None
    seller: Party
    customer: Party
    currency: str
    lines: tuple[Line, ...]
    taxes: tuple[TaxLine, ...]
    net: int
    tax: int
    total: int
    amount_paid: int
    paid_with: str | None
    notes: tuple[str, ...] = ()
    language: Literal["en"] = "en"
    kind: Literal["invoice"] = "invoice"
    supplied_on: date | None = None
    customer_reference: str | None = None
    sterling: SterlingVat | None = None

    def __post_init__(self) -> None:
        minor_digits(self.currency)
        self._hold_bounds()
        claims = {
            "lines against net": (sum(line.amount for line in self.lines), self.net),
            "net per rate against net": (sum(line.net for line in self.taxes), self.net),
            "tax per rate against tax": (sum(line.tax for line in self.taxes), self.tax),
            "net and tax against total": (self.net + self.tax, self.total),
            "amount paid against total": (self.amount_paid, self.total),
        }
        for claim, (found, stated) in claims.items():
            if found != stated:
                raise ValueError(f"{claim}: {found} is not {stated}")
        if not self.lines:
            raise ValueError("an invoice needs a line")
        if self.total < 0:
            raise ValueError(f"total {self.total} is below 0")
        if self.sterling and self.sterling != self._in_sterling(self.sterling):
            raise ValueError("the amounts in sterling are not what their exchange rate gives")

    @property
    def amount_due(self) -> int:
        """Minor units still owed: nothing, on an invoice that is issued when its bill is paid."""
        return self.total - self.amount_paid

    def _hold_bounds(self) -> None:
        bounds.hold(
            self,
            _LONGEST | {"customer_reference": bounds.REFERENCE},
            {"notes": bounds.NOTES, "lines": bounds.LINES, "taxes": bounds.TAXES},
        )
        written = sum(len(line.label) + len(line.detail or "") for line in self.lines)
        bounds.check("lines", written, bounds.LINES_TEXT, "characters")

    def _in_sterling(self, stated: SterlingVat) -> SterlingVat:
        return sterling_vat(
            self.taxes,
            self.currency,
            rate=stated.rate,
            source=stated.source,
            month=stated.month,
        )


@dataclass(frozen=True, slots=True)
class Receipt(Stored):
    """That an amount was paid. Names no service and no patient: whoever has the mail may open it.

    `amount` and the `tax` in it are minor units of `currency` (ISO 4217). `paid_with` is a text
    such as "Visa ending 4242". Raises ValueError unless 0 <= tax <= amount and something was paid,
    and for a text that is too long (`invoices.bounds`).
    """

    __pydantic_config__ = STRICT

    number: str
    issued_on: date
    paid_on: date
    payment_reference: str
    seller: Party
    currency: str
    amount: int
    tax: int
    paid_with: str | None
    bill_reference: str | None = None
    notes: tuple[str, ...] = ()
    language: Literal["en"] = "en"
    kind: Literal["receipt"] = "receipt"

    def __post_init__(self) -> None:
        minor_digits(self.currency)
        bounds.hold(self, _LONGEST, {"notes": bounds.NOTES})
        if self.amount < 1:
            raise ValueError(f"a receipt cannot have the amount {self.amount}")
        if not 0 <= self.tax <= self.amount:
            raise ValueError(f"tax {self.tax} is not part of the amount {self.amount}")


Document = Invoice | CreditNote | Receipt
KINDS: dict[object, type[Document]] = {
    "invoice": Invoice,
    "credit_note": CreditNote,
    "receipt": Receipt,
}


def document_from_dict(content: Mapping[str, object]) -> Document:
    """Read back any kind of document from what its `to_dict` gave.

    Raises ValueError for a kind that we do not draw, and as `Stored.from_dict` does.
    """
    try:
        kind = KINDS[content.get("kind")]
    except (KeyError, TypeError):
        raise ValueError("damaged content: kind: not one that we draw") from None
    return kind.from_dict(content)
