"""The bank asks whether it is Alice: she passes, fails, gives up, closes the tab and comes back."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys import cards
from tests.journeys.installation import StripeAccount
from tests.journeys.payer import Checkout

pytestmark = pytest.mark.journey
BANK_PAGE = "Your bank is waiting for you"


@pytest.fixture
def asked(checkout: Checkout) -> Checkout:
    """Alice has pressed Pay and is looking at her bank's question."""
    checkout.fill(cards.BANK_CHECK).pay()
    expect(checkout.bank).to_be_visible()
    return checkout


@pytest.fixture
def returned(asked: Checkout, window: BrowserContext) -> Checkout:
    """Alice has closed the tab without answering, and opens the bill again."""
    asked.page.close()
    page = window.new_page()
    page.goto(f"/bills/{asked.bill.ref}")
    told = "Your bank is waiting for you to approve this payment. You have not been charged."
    expect(page.get_by_text(told)).to_be_visible()
    page.get_by_role("link", name="Finish paying").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(BANK_PAGE)
    return Checkout(page, asked.bill)


def test_alice_passes_and_has_paid(asked: Checkout, stripe: StripeAccount) -> None:
    asked.bank.get_by_role("button", name="Complete").click()
    asked.expect_paid()
    assert len(stripe.charges()) == 1


@pytest.mark.parametrize("answer", ["Fail", "Cancel and go back"])
def test_alice_fails_and_pays_with_another_card(
    asked: Checkout, stripe: StripeAccount, answer: str
) -> None:
    asked.bank.get_by_role("button", name=answer).click()
    asked.expect_problem("Your bank could not check that it was you")
    assert stripe.charges() == []
    asked.fill_card(cards.VISA)
    asked.pay()
    asked.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_bank_may_decline_a_payer_who_passed(checkout: Checkout, stripe: StripeAccount) -> None:
    checkout.fill(cards.BANK_CHECK_THEN_DECLINED).pay()
    checkout.bank.get_by_role("button", name="Complete").click()
    checkout.expect_problem("Your card was declined")
    assert stripe.charges() == []


def test_alice_comes_back_to_her_bank_and_passes(returned: Checkout, stripe: StripeAccount) -> None:
    returned.page.get_by_role("button", name="Continue to your bank").click()
    returned.bank.get_by_role("button", name="Complete").click()
    returned.expect_paid()
    assert len(stripe.charges()) == 1


def test_alice_comes_back_to_her_bank_and_fails(returned: Checkout, stripe: StripeAccount) -> None:
    returned.page.get_by_role("button", name="Continue to your bank").click()
    returned.bank.get_by_role("button", name="Fail").click()
    returned.expect_problem("Your bank could not check that it was you")
    returned.fill().pay()
    returned.expect_paid()
    assert len(stripe.charges()) == 1


def test_alice_comes_back_and_uses_another_card(returned: Checkout, stripe: StripeAccount) -> None:
    returned.page.get_by_role("button", name="Use another card").click()
    returned.fill().pay()
    returned.expect_paid()
    assert len(stripe.charges()) == 1


def test_another_tab_shows_the_bank_s_question_and_not_a_new_form(
    asked: Checkout, window: BrowserContext, stripe: StripeAccount
) -> None:
    other = window.new_page()
    other.goto(f"/bills/{asked.bill.ref}/pay")
    expect(other.get_by_role("heading", level=1)).to_have_text(BANK_PAGE)
    asked.bank.get_by_role("button", name="Complete").click()
    asked.expect_paid()
    other.get_by_role("button", name="Continue to your bank").click()
    Checkout(other, asked.bill).expect_paid()
    assert len(stripe.charges()) == 1
