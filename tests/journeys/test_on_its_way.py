"""A payment that the bank takes time over: "on its way" becomes "paid" or "not paid" by itself."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.installation import StripeAccount
from tests.journeys.payer import PAYMENT_PAGE, Checkout, sign_in
from tests.support.browser import assert_accessible
from tests.support.people import Person

pytestmark = pytest.mark.journey


@pytest.fixture
def under_way(checkout: Checkout, stripe: StripeAccount) -> Checkout:
    """Alice has paid, and her bank has not said yes yet."""
    stripe.hold_processing()
    checkout.fill().pay()
    expect(checkout.page.get_by_text("Your payment is on its way")).to_be_visible()
    return checkout


def test_the_page_turns_to_paid_by_itself_and_says_so(
    under_way: Checkout, stripe: StripeAccount
) -> None:
    page = under_way.page
    page.evaluate("window.stayed = true")
    assert_accessible(page)
    stripe.release_processing()
    under_way.expect_paid()
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    expect(page.get_by_role("link", name="Download the invoice (PDF)")).to_be_visible()
    expect(page.locator("#live")).to_have_text(re.compile(r"Your invoice is ready\.$"))
    assert page.evaluate("window.stayed"), "the page was loaded again"
    assert_accessible(page)


def test_a_payment_that_fails_after_all_can_be_tried_again(
    under_way: Checkout, stripe: StripeAccount
) -> None:
    stripe.release_processing("fail")
    expect(under_way.page.get_by_text("You have not been charged.")).to_be_visible()
    under_way.page.get_by_role("link", name="Try again").click()
    under_way.fill().pay()
    under_way.expect_paid()
    assert len(stripe.charges()) == 1


def test_opening_the_bill_meanwhile_shows_the_payment_and_not_a_form(under_way: Checkout) -> None:
    page = under_way.page
    page.goto(f"/bills/{under_way.bill.ref}/pay")
    expect(page).to_have_url(PAYMENT_PAGE)
    expect(page.get_by_text("Do not pay again")).to_be_visible()
    page.goto(f"/bills/{under_way.bill.ref}")
    expect(page.get_by_text("You do not need to pay again.")).to_be_visible()
    expect(page.get_by_role("link", name="Pay £54.00")).to_have_count(0)


def test_the_page_turns_to_paid_without_scripts_too(
    under_way: Checkout, stripe: StripeAccount, alice: Person, new_window: Callable[..., Page]
) -> None:
    page = new_window(java_script_enabled=False)
    sign_in(page, alice)
    page.goto(under_way.page.url)
    expect(page.get_by_text("Your payment is on its way")).to_be_visible()
    stripe.release_processing()
    expect(page.get_by_role("heading", name="You've paid £54.00")).to_be_visible()
