"""The main story on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.installation import Installation, installed
from tests.journeys.story import alice_pays_for_a_service
from tests.support.people import Person

pytestmark = [pytest.mark.journey, pytest.mark.long]


@pytest.fixture
def installation(empty_database_url: str, tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, empty_database_url) as running:
        yield running


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_alice_sees_the_price_pays_by_card_and_gets_her_invoice_and_receipt(
    installation: Installation, page: Page, alice: Person, new_window: Callable[..., Page]
) -> None:
    alice_pays_for_a_service(installation, page, alice, new_window)
