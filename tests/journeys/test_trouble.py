"""Stripe, its script or the connection fail: the page says that nothing was charged, and trying
again works.
"""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.installation import StripeAccount
from tests.journeys.payer import Checkout
from tests.support.browser import Watch, assert_accessible

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("kind", ["500", "unreachable"])
def test_stripe_out_of_reach_charges_nothing_and_trying_again_works(
    checkout: Checkout, stripe: StripeAccount, watch: Watch, kind: str
) -> None:
    stripe.fail("POST /v1/payment_intents", kind)
    checkout.fill().pay()
    checkout.expect_problem("We cannot reach our payment company at the moment")
    assert stripe.charges() == []
    assert_accessible(checkout.page)
    watch.expect("status of 503")
    stripe.calm()
    checkout.pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_confirmation_that_stripe_is_too_busy_for_can_be_sent_again_at_once(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    stripe.fail("POST /v1/payment_intents/*/confirm", "429")
    checkout.fill().pay()
    checkout.expect_problem("Our payment company is busy at the moment")
    stripe.calm()
    checkout.pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_form_changed_while_it_is_sent_is_not_sent(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    stripe.control("POST", "faults", kind="slow", match="POST /v1/payment_intents", seconds=1)
    checkout.fill().pay()
    expect(checkout.pay_button).to_have_attribute("aria-disabled", "true")
    checkout.fill_card("4242")
    expect(checkout.card.get_by_text("Your card number is incomplete.")).to_be_visible()
    expect(checkout.pay_button).not_to_have_attribute("aria-disabled", "true")
    assert stripe.charges() == []


def test_a_payment_that_stripe_made_but_could_not_say_so_is_found_and_charged_once(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    stripe.control("POST", "faults", kind="500", match="POST /v1/payment_intents", executed=True)
    checkout.fill().pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_card_form_that_does_not_load_says_so(
    page: Page, checkout: Checkout, window: BrowserContext, watch: Watch
) -> None:
    for missing in ("**/stripe.js", "**/js/payment.js"):
        window.route(missing, lambda route: route.abort())
        page.reload()
        expect(checkout.problem).to_contain_text("The card form could not be loaded")
        expect(checkout.problem).to_contain_text("You have not been charged.")
        expect(checkout.pay_button).to_have_count(0)
        watch.expect("net::ERR_FAILED")
        window.unroute(missing)
    page.get_by_role("link", name="Reload this page").click()
    checkout.fill()


def test_a_lost_connection_charges_nothing_and_trying_again_works(
    checkout: Checkout, stripe: StripeAccount, window: BrowserContext, watch: Watch
) -> None:
    checkout.fill()
    window.set_offline(True)
    checkout.pay()
    checkout.expect_problem("We could not reach the clinic")
    watch.expect("net::ERR_INTERNET_DISCONNECTED")
    window.set_offline(False)
    checkout.pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1
