"""3-D Secure: the dialog over the shop's page, and how each of its ends reaches the shop."""

import pytest
from playwright.sync_api import Page, expect

from tests.fake_stripe.browser.checkout import AMOUNT, VISA, Checkout, Offline
from tests.fake_stripe.browser.frames import frame_of, violations
from tests.support.browser import Watch, assert_accessible

pytestmark = pytest.mark.journey

REQUIRED = "4000002760003184"
REQUIRED_THEN_DECLINED = "4000008400001629"
FAILED = (
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again."
)


@pytest.fixture
def challenged(checkout: Checkout) -> Checkout:
    """A payer who is looking at the 3-D Secure dialog."""
    checkout.open_form()
    checkout.fill(number=REQUIRED)
    checkout.begin_confirm(checkout.offline.intent())
    expect(checkout.three_d_secure.get_by_role("dialog")).to_be_visible()
    return checkout


def test_the_dialog_names_the_test_and_the_amount_and_holds_the_focus(challenged: Checkout) -> None:
    dialog = challenged.three_d_secure.get_by_role("dialog", name="This is a test. 3-D Secure")
    expect(dialog).to_be_focused()
    expect(dialog.get_by_text("£67.50")).to_be_visible()
    for name in ("Complete", "Fail", "Cancel and go back", "Complete"):
        challenged.page.keyboard.press("Tab")
        expect(dialog.get_by_role("button", name=name)).to_be_focused()
    challenged.page.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Cancel and go back")).to_be_focused()


def test_axe_finds_nothing_in_the_dialog_and_a_dark_page_gets_a_dark_one(
    challenged: Checkout,
) -> None:
    expect(challenged.three_d_secure.locator("html")).to_have_css("color-scheme", "light")
    assert violations(frame_of(challenged, "three_d_secure")) == []
    challenged.page.keyboard.press("Escape")
    challenged.outcome()
    challenged.page.emulate_media(color_scheme="dark")
    challenged.begin_confirm(challenged.offline.intent())
    expect(challenged.three_d_secure.get_by_role("dialog")).to_be_visible()
    expect(challenged.three_d_secure.locator("html")).to_have_css("color-scheme", "dark")
    expect(challenged.three_d_secure.locator("html")).to_have_css(
        "background-color", "rgba(0, 0, 0, 0)"
    )
    assert violations(frame_of(challenged, "three_d_secure")) == []


def test_the_page_of_a_redirect_looks_like_the_dialog(page: Page, offline: Offline) -> None:
    waiting = offline.call(
        "/v1/payment_intents", amount=AMOUNT, currency="gbp", confirm="true", return_url="http://localhost/back",
        payment_method="pm_card_threeDSecure2Required",
    )  # fmt: skip
    page.goto(waiting["next_action"]["redirect_to_url"]["url"])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)
    expect(page.get_by_role("heading")).to_have_text("This is a test. 3-D Secure")
    expect(page.get_by_text("£67.50")).to_be_visible()
    for name in ("Complete", "Fail", "Cancel and go back"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()


def test_the_dialog_speaks_the_language_of_the_form(checkout: Checkout) -> None:
    checkout.open_form(locale="ar")
    checkout.fill(number=REQUIRED)
    checkout.begin_confirm(checkout.offline.intent())
    expect(
        checkout.three_d_secure.get_by_role("dialog", name="هذا اختبار. 3-D Secure")
    ).to_be_visible()
    expect(checkout.three_d_secure.locator("html")).to_have_attribute("dir", "rtl")


def test_completing_pays_and_the_page_behind_is_inert_until_then(challenged: Checkout) -> None:
    main = challenged.page.locator("main")
    expect(main).to_have_js_property("inert", value=True)
    challenged.three_d_secure.get_by_role("button", name="Complete").click()
    assert challenged.outcome()["paymentIntent"]["status"] == "succeeded"
    expect(main).to_have_js_property("inert", value=False)
    expect(challenged.page.locator("iframe[title='3-D Secure authentication']")).to_have_count(0)


def test_failing_or_cancelling_charges_nothing_and_another_card_can_pay(checkout: Checkout) -> None:
    secret = checkout.offline.intent()
    checkout.open_form()
    checkout.fill(number=REQUIRED)
    for way in ("Fail", "Cancel and go back", "Escape"):
        checkout.begin_confirm(secret)
        expect(checkout.three_d_secure.get_by_role("dialog")).to_be_focused()
        if way == "Escape":
            checkout.page.keyboard.press(way)
        else:
            checkout.three_d_secure.get_by_role("button", name=way).click()
        error = checkout.outcome()["error"]
        assert (error["code"], error["message"]) == (
            "payment_intent_authentication_failure",
            FAILED,
        )
        assert error["payment_intent"]["status"] == "requires_payment_method"
    checkout.fill(number=VISA)
    assert checkout.pay(secret)["paymentIntent"]["status"] == "succeeded"


def test_a_bank_may_decline_after_the_challenge(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill(number=REQUIRED_THEN_DECLINED)
    checkout.begin_confirm(checkout.offline.intent())
    checkout.three_d_secure.get_by_role("button", name="Complete").click()
    error = checkout.outcome()["error"]
    assert (error["type"], error["code"], error["message"]) == (
        "card_error",
        "card_declined",
        "Your card was declined.",
    )


def test_after_the_challenge_the_payer_is_sent_on(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill(number=REQUIRED)
    checkout.begin_confirm(checkout.offline.intent(), redirect="always")
    checkout.three_d_secure.get_by_role("button", name="Complete").click()
    checkout.page.wait_for_url("**/return?**redirect_status=succeeded**")


def test_a_lost_connection_or_a_broken_stripe_keeps_the_dialog_open(
    challenged: Checkout, watch: Watch
) -> None:
    challenged.page.route("**/_frames/three_d_secure", lambda route: route.abort())
    challenged.three_d_secure.get_by_role("button", name="Complete").click()
    expect(challenged.three_d_secure.get_by_role("alert")).to_contain_text("Please try again.")
    challenged.page.unroute("**/_frames/three_d_secure")
    watch.expect("net::ERR_FAILED")
    for kind in ("500", "429"):
        challenged.offline.call(
            "/_control/faults", kind=kind, match="POST /_frames/three_d_secure", count=1
        )
        challenged.three_d_secure.get_by_role("button", name="Complete").click()
        expect(challenged.three_d_secure.get_by_role("alert")).to_contain_text("Please try again.")
    watch.expect("status of 500")
    challenged.three_d_secure.get_by_role("button", name="Complete").click()
    assert challenged.outcome()["paymentIntent"]["status"] == "succeeded"


def test_a_payer_who_left_can_authenticate_later(checkout: Checkout) -> None:
    secret = checkout.offline.intent()
    checkout.open_form()
    checkout.fill(number=REQUIRED)
    checkout.begin_confirm(secret)
    expect(checkout.three_d_secure.get_by_role("dialog")).to_be_visible()
    checkout.open_page()
    checkout.run(
        "(clientSecret) => { window.result = stripe.handleNextAction({clientSecret}) }", secret
    )
    checkout.three_d_secure.get_by_role("button", name="Complete").click()
    assert checkout.outcome()["paymentIntent"]["status"] == "succeeded"


def test_a_payment_without_a_next_action_is_refused_by_handle_next_action(
    checkout: Checkout,
) -> None:
    call = f'() => stripe.handleNextAction({{clientSecret: "{checkout.offline.intent()}"}})'
    assert "not in the requires_action state" in checkout.refusal(call)
