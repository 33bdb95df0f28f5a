"""What several kinds of document are made of: parties, lines, and tax per rate.

Each raises ValueError for a text that `invoices.bounds` finds too long.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from invoices import bounds

# A key that we do not know is content that we would not draw.
STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or who is billed. `tax_id` and `email` are printed only where given."""

    __pydantic_config__ = STRICT

    name: str
    address_lines: tuple[str, ...]
    tax_id: str | None = None
    email: str | None = None

    def __post_init__(self) -> None:
        bounds.hold(
            self,
            {
                "name": bounds.NAME,
                "address_lines": bounds.ADDRESS_LINE,
                "tax_id": bounds.REFERENCE,
                "email": bounds.CONTACT,
            },
            {"address_lines": bounds.ADDRESS_LINES},
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One thing charged or taken off; amounts are net of tax, in minor units.

    A discount has negative amounts. `tax_rate_bp` is basis points (2000 is 20%); None where the
    line has no rate of its own: it is exempt (then `exemption` says why) or it is spread over
    several rates. Raises ValueError when the figures contradict each other.
    """

    __pydantic_config__ = STRICT

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
        signed = -self.amount if self.kind == "discount" else self.amount
        if signed < 0:
            raise ValueError(f"a {self.kind} cannot have the amount {self.amount}")
        bounds.hold(
            self,
            {"label": bounds.LABEL, "detail": bounds.DETAIL, "exemption": bounds.EXEMPTION},
        )


@dataclass(frozen=True, slots=True)
class TaxLine:
    """Tax at one rate over the whole document, in minor units; `exemption` says why a rate is 0."""

    __pydantic_config__ = STRICT

    rate_bp: int
    net: int
    tax: int
    exemption: str | None = None

    def __post_init__(self) -> None:
        bounds.hold(self, {"exemption": bounds.EXEMPTION})
