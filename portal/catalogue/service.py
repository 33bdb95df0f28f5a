"""Reading the catalogue: what is offered in one currency, ready to be priced."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.models import Price, PriceComponent, Service, ServiceOption
from portal.catalogue.rules import Component, Quote, QuoteError, quote


@dataclass(frozen=True)
class Option:
    """An extra that may be ticked."""

    code: str
    label: str
    hint: str | None


@dataclass(frozen=True)
class Offer:
    """A service with its price in one currency; without components it has no price there."""

    service_id: int
    slug: str
    name: str
    summary: str
    description: str
    # What a patient who has paid can expect.
    what_next: str | None
    units: str | None
    max_quantity: int
    currency: str
    options: tuple[Option, ...]
    components: tuple[Component, ...]

    def quote(self, quantity: int, options: Iterable[str] = ()) -> Quote:
        """Raises QuoteError."""
        return quote(self.components, self.currency, quantity, options)

    @property
    def headline(self) -> int | None:
        """The gross price of one, without extras, in minor units; None where it has no price."""
        try:
            return self.quote(1).total
        except QuoteError:
            return None

    @property
    def has_choices(self) -> bool:
        """Whether the price depends on what the patient chooses."""
        return self.max_quantity > 1 or bool(self.options)

    def option_costs(self, quantity: int, chosen: Iterable[str]) -> dict[str, int]:
        """What each option adds to the total, tax included, given what else is chosen, where that
        can be priced.
        """
        others = frozenset(chosen)
        costs = {}
        for option in self.options:
            with suppress(QuoteError):
                with_it = self.quote(quantity, others | {option.code})
                without_it = self.quote(quantity, others - {option.code})
                costs[option.code] = with_it.total - without_it.total
        return costs


def list_offers(session: Session, currency: str) -> list[Offer]:
    """Every active service in the catalogue's order, in three queries."""
    return _offers(session, currency, None)


def find_offer(session: Session, slug: str, currency: str) -> Offer | None:
    """One active service, or None."""
    return next(iter(_offers(session, currency, slug)), None)


def find_withdrawn(session: Session, slug: str) -> str | None:
    """The name of a service that was offered and is no longer, or None."""
    return session.scalar(select(Service.name).where(Service.slug == slug, ~Service.active))


def _offers(session: Session, currency: str, slug: str | None) -> list[Offer]:
    services = select(Service).where(Service.active)
    if slug is not None:
        services = services.where(Service.slug == slug)
    rows = session.scalars(services.order_by(Service.position, Service.id)).all()
    ids = [row.id for row in rows]
    options = _options(session, ids)
    components = _components(session, ids, currency)
    return [
        Offer(
            service_id=row.id,
            slug=row.slug,
            name=row.name,
            summary=row.summary,
            description=row.description,
            what_next=row.what_next,
            units=row.units,
            max_quantity=row.max_quantity,
            currency=currency,
            options=tuple(options[row.id]),
            components=tuple(components[row.id]),
        )
        for row in rows
    ]


def _options(session: Session, service_ids: Sequence[int]) -> dict[int, list[Option]]:
    found: defaultdict[int, list[Option]] = defaultdict(list)
    for row in session.execute(
        select(
            ServiceOption.service_id, ServiceOption.code, ServiceOption.label, ServiceOption.hint
        )
        .where(ServiceOption.service_id.in_(service_ids))
        .order_by(ServiceOption.position)
    ):
        found[row.service_id].append(Option(row.code, row.label, row.hint))
    return found


def _components(
    session: Session, service_ids: Sequence[int], currency: str
) -> dict[int, list[Component]]:
    found: defaultdict[int, list[Component]] = defaultdict(list)
    for service_id, row in session.execute(
        select(Price.service_id, PriceComponent)
        .join(PriceComponent, PriceComponent.price_id == Price.id)
        .where(Price.service_id.in_(service_ids), Price.currency == currency)
        .order_by(PriceComponent.position)
    ):
        found[service_id].append(
            Component(
                kind=row.kind,
                label=row.label,
                amount=row.amount,
                percent_bp=row.percent_bp,
                per_unit=row.per_unit,
                option_code=row.option_code,
                min_quantity=row.min_quantity,
                tax_rate_bp=row.tax_rate_bp,
                exemption=row.exemption,
            )
        )
    return found
