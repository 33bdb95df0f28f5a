"""The checkout page itself: short, with one thing to do, and never stale without a word."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Locator, Page, expect

from tests.journeys import cards
from tests.journeys.installation import StripeAccount
from tests.journeys.payer import Checkout, arrive_signed_in, sign_in
from tests.support.bills import Owed
from tests.support.browser import assert_accessible
from tests.support.client import PASSWORD
from tests.support.people import Person

pytestmark = pytest.mark.journey
# As somebody has it who has set their browser to letters of twice the size.
TWICE_THE_SIZE = """
  new MutationObserver(() => document.documentElement?.style.setProperty("font-size", "200%"))
    .observe(document, { childList: true });
"""


@pytest.fixture
def open_checkout(
    new_window: Callable[..., Page], alice: Person, request_bill: Callable[..., Owed]
) -> Callable[..., Checkout]:
    """`open_checkout(390, 844)` is the checkout of Alice's bill in a window of that size."""

    def opened(width: int, height: int, script: str = "") -> Checkout:
        page = new_window(viewport={"width": width, "height": height})
        page.add_init_script(script)
        arrive_signed_in(page, alice)
        return Checkout(page, request_bill(alice)).open()

    return opened


def place_of(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


@pytest.mark.parametrize(("width", "height", "screens"), [(1280, 900, 1), (390, 844, 2)])
def test_the_pay_button_is_near(
    open_checkout: Callable[..., Checkout], width: int, height: int, screens: int
) -> None:
    checkout = open_checkout(width, height)
    button = place_of(checkout.pay_button)
    assert button["y"] + button["height"] <= screens * height


def test_with_letters_twice_the_size_nothing_is_cut_off_on_a_phone(
    open_checkout: Callable[..., Checkout],
) -> None:
    page = open_checkout(390, 844, TWICE_THE_SIZE).page
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for card in page.locator(".card").all():
        inside = card.evaluate("card => [card.scrollWidth, card.clientWidth]")
        assert inside[0] <= inside[1]
    frame = page.frame_locator("#payment-element iframe")
    assert frame.locator("html").evaluate("html => html.scrollWidth <= html.clientWidth")


def test_the_only_ways_on_are_to_pay_and_to_go_back(
    open_checkout: Callable[..., Checkout],
) -> None:
    page = open_checkout(1280, 900).page
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("link")).to_have_text(["Back to the bill"])


def test_a_wallet_stands_first_and_asks_for_no_address(
    checkout: Checkout, stripe: StripeAccount
) -> None:
    methods = checkout.card.get_by_role("radio")
    expect(methods.first).to_have_accessible_name("Test wallet")
    checkout.card.get_by_text("Test wallet", exact=True).click()
    expect(methods.first).to_be_checked()
    for asked in ("[name=country]", "[name=postalCode]"):
        expect(checkout.card.locator(asked)).to_be_hidden()
    checkout.pay()
    checkout.expect_paid()
    (charge,) = stripe.charges()
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert charge.payment_method_details.card.wallet is not None


@pytest.mark.parametrize(
    ("number", "outcome"), [(cards.VISA, "pass"), (cards.ADDRESS_FAILS, "fail")]
)
def test_the_postcode_is_checked_and_no_more_of_the_address_is_asked_for(
    checkout: Checkout, stripe: StripeAccount, number: str, outcome: str
) -> None:
    checkout.fill(number).pay()
    checkout.expect_paid()
    (charge,) = stripe.charges()
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    checks = charge.payment_method_details.card.checks
    assert checks is not None
    assert checks.address_postal_code_check == outcome
    assert checks.address_line1_check is None
    assert charge.billing_details.name is None


def test_signed_out_elsewhere_alice_is_told_so_and_comes_back_after_signing_in(
    checkout: Checkout, window: BrowserContext, alice: Person, stripe: StripeAccount
) -> None:
    page = checkout.fill().page
    _sign_out_in_another_tab(window)
    checkout.pay()
    checkout.expect_problem("You were signed out")
    assert_accessible(page)
    page.get_by_role("link", name="Sign in").click()
    sign_in_here(page, alice)
    expect(page).to_have_url(f"/bills/{checkout.bill.ref}/pay")
    checkout.fill().pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_who_signs_in_again_in_the_other_tab_goes_on_with_what_is_typed(
    checkout: Checkout, window: BrowserContext, alice: Person, stripe: StripeAccount
) -> None:
    checkout.fill()
    other = _sign_out_in_another_tab(window)
    checkout.pay()
    checkout.expect_problem("You were signed out")
    sign_in(other, alice)
    checkout.pay()
    checkout.expect_paid()
    assert len(stripe.charges()) == 1


def test_a_form_of_alices_does_not_pay_for_bob_who_has_signed_in_since(
    checkout: Checkout, window: BrowserContext, bob: Person, stripe: StripeAccount
) -> None:
    checkout.fill()
    sign_in(_sign_out_in_another_tab(window), bob)
    checkout.pay()
    expect(checkout.page.get_by_role("heading", name="Page not found")).to_be_visible()
    assert stripe.charges() == []


def sign_in_here(page: Page, person: Person) -> None:
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _sign_out_in_another_tab(window: BrowserContext) -> Page:
    other = window.new_page()
    other.goto("/")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    return other
