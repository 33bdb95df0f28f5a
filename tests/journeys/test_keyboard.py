"""The keyboard alone pays: Tab, Enter and typing, from the sign-in page to the payment."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import cards
from tests.journeys.installation import StripeAccount
from tests.journeys.payer import Checkout
from tests.support.bills import Owed
from tests.support.client import PASSWORD
from tests.support.people import Person

pytestmark = pytest.mark.journey
MOST_STOPS = 40


def test_alice_pays_without_a_mouse(page: Page, alice: Person, stripe: StripeAccount) -> None:
    page.goto("/sign-in")
    _type(page, page.get_by_label("Email address"), alice.email)
    _type(page, page.get_by_label("Password", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    _press(page, page.get_by_role("link", name="Services", exact=True))
    _press(page, page.get_by_role("link", name="Ad-hoc advice"))
    _press(page, page.get_by_role("button", name="Continue to payment"))

    checkout = Checkout(page, Owed(0, "", 2700, "GBP")).await_form()
    _type(page, checkout.card.locator("[name=number]"), cards.BANK_CHECK)
    _type(page, checkout.card.locator("[name=expiry]"), "1234")
    _type(page, checkout.card.locator("[name=cvc]"), "123")
    _type(page, checkout.card.locator("[name=postalCode]"), "SE1 7PB")
    _press(page, checkout.pay_button)
    expect(checkout.bank).to_be_focused()
    _press(page, checkout.bank.get_by_role("button", name="Complete"))
    checkout.expect_paid()
    (charge,) = stripe.charges()
    assert charge.amount == 2700


def _type(page: Page, field: Locator, text: str) -> None:
    _tab_to(page, field)
    page.keyboard.type(text)


def _press(page: Page, control: Locator) -> None:
    _tab_to(page, control)
    page.keyboard.press("Enter")


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on `target`, as somebody does who sees where it is."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if target.evaluate("element => element === document.activeElement && document.hasFocus()"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_STOPS} times Tab did not reach {target}")
