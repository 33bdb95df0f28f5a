"""Alice pays: the main story."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.installation import Installation
from tests.journeys.story import alice_pays_for_a_service
from tests.support.people import Person

pytestmark = pytest.mark.journey


def test_alice_sees_the_price_pays_by_card_and_gets_her_invoice_and_receipt(
    installation: Installation, page: Page, alice: Person, new_window: Callable[..., Page]
) -> None:
    alice_pays_for_a_service(installation, page, alice, new_window)
