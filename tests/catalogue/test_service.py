"""Reading the catalogue, and the services that a new installation starts with."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select, update

from portal.catalogue.lines import LineKind
from portal.catalogue.models import PriceComponent, Service
from portal.catalogue.seed import seed_catalogue
from portal.catalogue.service import Offer, find_offer, list_offers
from portal.context import Portal
from portal.money import CURRENCIES
from tests.support.queries import Statements

Queries = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture(autouse=True)
def catalogue(portal: Portal) -> None:
    with portal.db.write() as session:
        seed_catalogue(session)


def offers(portal: Portal, currency: str = "GBP") -> dict[str, Offer]:
    with portal.db.read() as session:
        return {offer.slug: offer for offer in list_offers(session, currency)}


def test_there_are_four_services_in_order(portal: Portal) -> None:
    assert list(offers(portal)) == [
        "video-consultation",
        "document-review",
        "clinical-letter",
        "ad-hoc-advice",
    ]


def test_seeding_again_changes_nothing(portal: Portal) -> None:
    with portal.db.write() as session:
        session.execute(
            update(Service).where(Service.slug == "ad-hoc-advice").values(name="Advice")
        )
    with portal.db.write() as session:
        seed_catalogue(session)
        assert session.scalar(select(func.count(Service.id))) == 4
    assert offers(portal)["ad-hoc-advice"].name == "Advice"


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_service_can_be_quoted_at_every_quantity_in_every_currency(
    portal: Portal, currency: str
) -> None:
    for offer in offers(portal, currency).values():
        options = [option.code for option in offer.options]
        for quantity in range(1, offer.max_quantity + 1):
            for chosen in ([], options):
                assert offer.quote(quantity, chosen).total > 0


def test_every_option_has_its_price(portal: Portal) -> None:
    for offer in offers(portal).values():
        assert all(cost > 0 for cost in offer.option_costs(1, ()).values())
        assert set(offer.option_costs(1, ())) == {option.code for option in offer.options}


def test_headline_prices_contain_the_tax(portal: Portal) -> None:
    assert {slug: offer.headline for slug, offer in offers(portal).items()} == {
        "video-consultation": 5400,
        "document-review": 4980,
        "clinical-letter": 4200,
        "ad-hoc-advice": 2700,
    }


def test_the_consultation_is_exempt_and_says_why(portal: Portal) -> None:
    (tax,) = offers(portal)["video-consultation"].quote(1).taxes
    assert (tax.rate_bp, tax.exemption) == (0, "Exempt: medical care (VAT Notice 701/57)")


def test_a_letter_with_a_posted_copy_has_two_rates(portal: Portal) -> None:
    taxes = offers(portal)["clinical-letter"].quote(1, ["posted-copy"]).taxes
    assert [(tax.rate_bp, tax.net, tax.tax) for tax in taxes] == [(2000, 695, 139), (0, 4200, 0)]


def test_three_documents_are_cheaper_each(portal: Portal) -> None:
    review = offers(portal)["document-review"]
    assert LineKind.DISCOUNT not in {line.kind for line in review.quote(2).lines}
    assert review.quote(3).lines[-1].amount == -1005


def test_a_service_without_a_price_in_a_currency_has_no_headline(portal: Portal) -> None:
    with portal.db.write() as session:
        price_id = session.scalars(
            select(PriceComponent.price_id).where(PriceComponent.amount == 10500)
        ).one()
        for component in session.scalars(
            select(PriceComponent).where(PriceComponent.price_id == price_id)
        ):
            session.delete(component)
    assert offers(portal, "JPY")["video-consultation"].headline is None
    assert offers(portal)["video-consultation"].headline == 5400


def test_a_service_no_longer_offered_is_not_found(portal: Portal) -> None:
    with portal.db.write() as session:
        session.execute(
            update(Service).where(Service.slug == "clinical-letter").values(active=False)
        )
    assert "clinical-letter" not in offers(portal)
    with portal.db.read() as session:
        assert find_offer(session, "clinical-letter", "GBP") is None


def test_the_whole_catalogue_takes_three_queries(portal: Portal, queries: Queries) -> None:
    with queries() as sent:
        offers(portal)
    assert len(sent) == 3
