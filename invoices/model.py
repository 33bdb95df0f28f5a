"""What an invoice says. Frozen: written once when a bill is paid, and drawn from the same content
ever after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from json import dumps
from typing import Literal, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

from invoices.formats import minor_digits


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or who is billed. `tax_id` and `email` are printed only where given."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    address_lines: tuple[str, ...]
    tax_id: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing charged or taken off; amounts are net of tax, in minor units.

    A discount has negative amounts. `tax_rate_bp` is basis points (2000 is 20%); None where the
    line has no rate of its own: it is exempt (then `exemption` says why) or it is spread over
    several rates.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    label: str
    detail: str | None
    quantity: int
    unit_amount: int
    amount: int
    tax_rate_bp: int | None
    exemption: str | None = None
    kind: Literal["fee", "discount"] = "fee"

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"quantity {self.quantity} is below 1")
        if self.amount != self.quantity * self.unit_amount:
            raise ValueError(
                f"line amount {self.amount} is not {self.quantity} times {self.unit_amount}"
            )
        if (self.amount > 0) if self.kind == "discount" else (self.amount < 0):
            raise ValueError(f"a {self.kind} cannot have the amount {self.amount}")


@dataclass(frozen=True, slots=True)
class TaxLine:
    """Tax at one rate over the whole document, in minor units; `exemption` says why a rate is 0."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    rate_bp: int
    net: int
    tax: int
    exemption: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A paid bill. All amounts are minor units of `currency` (ISO 4217).

    `payment_reference` and `paid_with` ("Visa ending 4242") are None when the total is 0 and nobody
    had to pay. Raises ValueError when the sums do not add up: a document that contradicts itself is
    never drawn.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

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

    def __post_init__(self) -> None:
        minor_digits(self.currency)
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

    @property
    def amount_due(self) -> int:
        """Minor units still owed: what an invoice issued on payment shows as nothing."""
        return self.total - self.amount_paid

    def to_dict(self) -> dict[str, object]:
        """The content as JSON values (dates as ISO text, tuples as lists), for a JSON column."""
        return cast("dict[str, object]", _adapter().dump_python(self, mode="json"))

    @classmethod
    def from_dict(cls, content: Mapping[str, object]) -> "Invoice":
        """Read back what `to_dict` gave, also after a JSON column.

        Raises ValueError on a missing or unknown key, a wrong type, or sums that do not add up; its
        text, which may end in a log, says where and quotes nobody.
        """
        try:
            return _adapter().validate_json(dumps(dict(content)), strict=True)
        except ValidationError as error:
            found = (
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
                for one in error.errors(include_input=False)
            )
            raise ValueError(f"damaged content: {'; '.join(found)}") from None


@cache
def _adapter() -> TypeAdapter[Invoice]:
    return TypeAdapter(Invoice)
