"""Without scripts everything works but card entry, and that page says why."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.payer import sign_in
from tests.support.people import Person

pytestmark = pytest.mark.journey


def test_alice_asks_for_a_service_and_learns_why_the_card_form_needs_scripts(
    new_window: Callable[..., Page], alice: Person
) -> None:
    page = new_window(java_script_enabled=False)
    sign_in(page, alice)
    page.get_by_role("link", name="Services", exact=True).click()
    page.get_by_role("link", name="Document review").click()
    page.get_by_label("How many documents?").fill("3")
    page.get_by_role("button", name="Update price").click()
    expect(page.get_by_role("row", name="You pay").get_by_role("cell")).to_have_text("£108.54")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay £108.54")
    # Found by its place: Playwright's search by text passes over <noscript>, though Chromium shows
    # it.
    reason = page.locator("noscript p")
    expect(reason).to_be_visible()
    expect(reason).to_contain_text(
        "You need JavaScript to pay by card, because your card details go straight to Stripe"
    )
    expect(page.get_by_role("button", name="Pay £108.54")).to_have_count(0)
    page.get_by_role("link", name="Back to the bill").click()
    page.get_by_role("link", name="Withdraw this request").click()
    page.get_by_role("button", name="Withdraw this request").click()
    expect(page.get_by_text("You have withdrawn this request.")).to_be_visible()
