"""Cards that are refused: the page says why and that nothing was taken, and another card pays on
the same page.
"""

import pytest
from playwright.sync_api import expect

from tests.journeys import cards
from tests.journeys.installation import StripeAccount
from tests.journeys.payer import Checkout

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("number", "heading"),
    [
        (cards.DECLINED, "Your card was declined"),
        (cards.LOST, "Your card was declined"),
        (cards.INSUFFICIENT_FUNDS, "There is not enough money on this card"),
        (cards.EXPIRED, "Your card has expired"),
        (cards.WRONG_CVC, "The security code is wrong"),
        (cards.PROCESSING_ERROR, "The card company had a problem"),
    ],
)
def test_alice_is_told_why_her_card_is_refused_and_pays_with_another(
    checkout: Checkout, stripe: StripeAccount, number: str, heading: str
) -> None:
    checkout.fill(number).pay()
    checkout.expect_problem(heading)
    assert stripe.charges() == []
    checkout.fill_card(cards.VISA)
    checkout.pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_mistyped_number_is_found_before_anything_is_sent(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    checkout.fill(cards.MISTYPED).pay()
    expect(checkout.card.get_by_text("Your card number is invalid.")).to_be_visible()
    expect(checkout.pay_button).to_have_attribute("aria-disabled", "false")
    assert stripe.charges("failed") == []
    checkout.fill_card(cards.VISA)
    checkout.pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_the_reason_still_stands_when_alice_comes_back_later(checkout: Checkout) -> None:
    checkout.fill(cards.EXPIRED).pay()
    checkout.expect_problem("Your card has expired")
    checkout.page.get_by_role("link", name="Back to the bill").click()
    expect(checkout.page.get_by_text("Your card has expired")).to_be_visible()
    checkout.page.get_by_role("link", name="Pay £54.00").click()
    expect(checkout.problem).to_contain_text("Your card has expired")
    checkout.fill(cards.AMEX)
    checkout.card.locator("[name=cvc]").fill("1234")
    checkout.pay()
    checkout.expect_paid()
    expect(checkout.page.get_by_text("American Express ending 0005")).to_be_visible()
