"""What scripts add to a page, tried in a browser under the portal's own security policy."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.look.workbench import Received
from tests.support.browser import Watch

pytestmark = pytest.mark.journey


def test_a_second_click_sends_nothing_and_the_first_sends_its_buttons_value(
    page: Page, received: Received
) -> None:
    page.goto("/plain")
    box = page.get_by_role("button", name="Send").bounding_box()
    assert box is not None
    received.answering.clear()
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    assert received.arrived.wait(timeout=10)
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    received.answering.set()
    expect(page.get_by_role("heading", name="Payments: sent")).to_be_visible()
    assert received.sent == ["sent"]


def test_a_form_can_be_sent_again_after_back_showed_it_as_it_was_left(page: Page) -> None:
    page.goto("/plain")
    button = page.get_by_role("button", name="Send")
    button.evaluate(
        "b => b.form.dispatchEvent(new SubmitEvent('submit', { bubbles: true, submitter: b }))"
    )
    expect(button).to_have_attribute("aria-disabled", "true")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(button).not_to_have_attribute("aria-disabled", "true")


def test_a_stepper_asks_for_the_new_price_and_says_it(page: Page) -> None:
    page.goto("/plain")
    page.get_by_role("button", name="One more").click()
    expect(page.locator("#price")).to_have_text("£20.00")
    expect(page.locator("#live")).to_have_text("The total is now £20.00")
    page.get_by_role("button", name="One less").click()
    expect(page.locator("#live")).to_have_text("The total is now £10.00")
    page.get_by_role("button", name="One less").click()
    expect(page.get_by_label("How many")).to_have_value("1")


def test_focus_goes_to_the_first_of_the_newly_loaded_payments(page: Page) -> None:
    page.goto("/plain")
    page.get_by_role("link", name="Show more").click()
    expect(page.locator("li:focus")).to_contain_text("Second payment")
    expect(page.locator(".records > li")).to_have_count(3)


def test_a_refused_form_comes_back_with_focus_on_what_is_wrong(page: Page) -> None:
    page.goto("/plain")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter your email address").click()
    expect(page.get_by_label("Email address")).to_be_focused()


def test_a_failure_is_said_and_the_page_stays_as_it_was(page: Page, watch: Watch) -> None:
    page.goto("/plain")
    page.get_by_role("link", name="Break").click()
    expect(page.get_by_role("alert")).to_have_text("That did not work. Try again.")
    watch.expect("status of 500")
    expect(page.locator("#price")).to_have_text("£10.00")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_lost_connection_is_said_until_a_request_succeeds(page: Page, watch: Watch) -> None:
    page.goto("/plain")
    page.context.set_offline(True)
    page.get_by_role("button", name="One more").click()
    expect(page.get_by_role("alert")).to_contain_text("Check your connection")
    watch.expect("ERR_INTERNET_DISCONNECTED|htmx:error")
    page.context.set_offline(False)
    page.get_by_role("button", name="One more").click()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_back_shows_the_list_as_it_was_before_the_filter(page: Page) -> None:
    page.goto("/plain")
    page.get_by_role("link", name="Only paid").click()
    expect(page.get_by_role("heading", name="Payments: paid")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Payments: all")).to_be_visible()
    expect(page.get_by_role("heading", name="Plain")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", name="Payments: paid")).to_be_visible()


def test_a_password_can_be_shown_and_hidden(page: Page) -> None:
    page.goto("/plain")
    box = page.get_by_label("Password", exact=True)
    page.get_by_role("button", name="Show password").click()
    expect(box).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(box).to_have_attribute("type", "password")


def test_without_scripts_forms_are_sent_and_no_dead_button_is_shown(
    chromium: Browser, workbench_url: str, received: Received
) -> None:
    context = chromium.new_context(base_url=workbench_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/plain")
    expect(page.locator("button:visible")).to_have_text(["Sign out", "Send", "Check"])
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Payments: sent")).to_be_visible()
    assert received.sent == ["sent"]
    context.close()
