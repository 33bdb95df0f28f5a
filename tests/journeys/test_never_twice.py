"""Whatever Alice does with clicks, tabs and reloads: she is charged once, and the page says so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.journeys.installation import StripeAccount
from tests.journeys.payer import Checkout, sign_in
from tests.support.bills import Owed
from tests.support.people import Person

pytestmark = pytest.mark.journey


def test_a_double_click_charges_once(checkout: Checkout, stripe: StripeAccount) -> None:
    checkout.fill()
    checkout.pay_button.dblclick()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_double_click_asks_for_a_service_once(page: Page, alice: Person) -> None:
    sign_in(page, alice)
    page.goto("/services/video-consultation")
    page.get_by_role("button", name="Request now, pay later").dblclick()
    expect(page.get_by_role("link", name="Pay £54.00")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("1 bill", exact=True)).to_be_visible()


def test_two_tabs_that_pay_at_once_charge_once(
    checkout: Checkout, window: BrowserContext, stripe: StripeAccount
) -> None:
    other = Checkout(window.new_page(), checkout.bill).open()
    checkout.fill()
    other.fill()
    checkout.pay()
    other.pay()
    checkout.expect_paid()
    other.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_form_left_open_in_another_tab_says_that_the_bill_is_paid(
    checkout: Checkout, window: BrowserContext, stripe: StripeAccount
) -> None:
    other = Checkout(window.new_page(), checkout.bill).open().fill()
    checkout.fill().pay()
    checkout.expect_paid()
    other.pay()
    other.expect_paid()
    assert len(stripe.charges()) == 1


def test_back_and_reload_after_paying_show_the_payment_and_no_form(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    checkout.fill().pay()
    checkout.expect_paid()
    checkout.page.reload()
    checkout.expect_paid()
    checkout.page.go_back()
    expect(checkout.page.get_by_text("Paid", exact=True)).to_be_visible()
    expect(checkout.pay_button).to_have_count(0)
    checkout.page.goto(f"/bills/{checkout.bill.ref}/pay/return?redirect_status=failed")
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_return_address_that_claims_success_pays_nothing(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    claim = (
        "payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_2&redirect_status=succeeded"
    )
    checkout.page.goto(f"/bills/{checkout.bill.ref}/pay/return?{claim}")
    expect(checkout.page.get_by_role("link", name="Pay £54.00")).to_be_visible()
    assert "secret" not in checkout.page.url
    assert stripe.charges() == []


def test_with_every_webhook_lost_the_return_page_asks_stripe(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    stripe.drop_webhooks()
    checkout.fill().pay()
    checkout.expect_paid()


@pytest.mark.long
def test_with_the_tab_closed_and_every_webhook_lost_the_worker_asks_stripe(
    page: Page,
    alice: Person,
    request_bill: Callable[..., Owed],
    window: BrowserContext,
    stripe: StripeAccount,
) -> None:
    sign_in(page, alice)
    checkout = Checkout(page, request_bill(alice)).open().fill()
    stripe.drop_webhooks()
    page.route("**/pay/return**", _leave_unanswered)
    with page.expect_request("**/pay/return**"):
        checkout.pay()
    page.close()
    later = window.new_page()
    later.goto("/payments")
    later.get_by_role("link", name="Video consultation").click()
    expect(later.get_by_text("Do not pay again.")).to_be_visible()
    expect(later.get_by_role("heading", name="You've paid £54.00")).to_be_visible(timeout=60_000)
    assert len(stripe.charges()) == 1


def _leave_unanswered(route: Route) -> None:
    """The browser is on its way back, and nothing comes of it."""
