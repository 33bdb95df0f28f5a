"""What tells two requests for the same service apart: how many of what, with which extras."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.bills.models import ServiceRequest
from portal.catalogue.models import Service, ServiceOption

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
# What extras are called, by service and code.
Labels: TypeAlias = Mapping[tuple[int, str], str]
# For queries that join the request and its service.
CHOICE_COLUMNS = (
    ServiceRequest.service_id,
    ServiceRequest.quantity,
    ServiceRequest.options,
    Service.units,
)


@dataclass(frozen=True)
class Choice:
    """What was chosen, as the columns of a request have it; None for a bill that no request made.

    `units` is what several are called ("documents"), `options` the codes of the ticked extras.
    """

    service_id: int | None
    quantity: int | None
    units: str | None
    options: Sequence[str] | None

    @classmethod
    def of(cls, row: AnyRow) -> "Choice":
        """From a row of a query with CHOICE_COLUMNS."""
        return cls(row.service_id, row.quantity, row.units, row.options)

    def text(self, labels: Labels) -> str | None:
        """In words: "5 documents", "Posted copy", both; None where nothing was to choose."""
        parts = []
        if self.units and self.quantity and self.quantity > 1:
            parts.append(f"{self.quantity} {self.units}")
        if self.service_id is not None:
            found = (labels.get((self.service_id, code)) for code in self.options or ())
            parts += [label for label in found if label]
        return ", ".join(parts) or None


def extra_labels(session: Session, choices: Iterable[Choice]) -> Labels:
    """What the extras of these choices are called, by service and code.

    One query for all of them, or none where nobody chose extras.
    """
    ids = {choice.service_id for choice in choices if choice.options}
    if not ids:
        return {}
    query = select(ServiceOption.service_id, ServiceOption.code, ServiceOption.label)
    rows = session.execute(query.where(ServiceOption.service_id.in_(ids)))
    return {(service_id, code): label for service_id, code, label in rows}
