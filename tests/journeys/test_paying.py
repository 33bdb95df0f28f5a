"""Alice pays: the main story."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.installation import Installation
from tests.journeys.payer import Checkout, sign_in
from tests.journeys.story import alice_pays_for_a_service
from tests.support.bills import Owed
from tests.support.people import Person

pytestmark = pytest.mark.journey


def test_alice_sees_the_price_pays_by_card_and_gets_her_invoice_and_receipt(
    installation: Installation, page: Page, alice: Person, new_window: Callable[..., Page]
) -> None:
    alice_pays_for_a_service(installation, page, alice, new_window)


def test_alice_pays_on_her_phone_in_the_dark(
    new_window: Callable[..., Page], alice: Person, request_bill: Callable[..., Owed]
) -> None:
    page = new_window(
        viewport={"width": 320, "height": 2400}, color_scheme="dark", has_touch=True, is_mobile=True
    )
    sign_in(page, alice)
    checkout = Checkout(page, request_bill(alice)).open().fill()
    checkout.pay_button.tap()
    checkout.expect_paid()
