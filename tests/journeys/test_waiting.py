"""A page that waits leaves Alice alone: her focus and what she has marked stay until there is
news.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.installation import StripeAccount
from tests.journeys.payer import Checkout, arrive_signed_in
from tests.support.bills import Owed
from tests.support.people import Person

pytestmark = pytest.mark.journey
MARKED = "getSelection().selectAllChildren(document.querySelector('#payment .waiting strong'))"
# Collects what is put into the live region, for people who hear the page.
LISTEN = """
  window.heard = [];
  const live = document.getElementById("live");
  new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true });
"""

# How long the page's scripts wait for what, in milliseconds.
NOTE_PAUSES = """
  window.pauses = [];
  const wait = setTimeout;
  window.setTimeout = (then, pause, ...rest) => {
    pauses.push(pause ?? 0);
    return wait(then, pause, ...rest);
  };
"""


@pytest.fixture
def page(new_window: Callable[..., Page], alice: Person) -> Page:
    opened = new_window()
    arrive_signed_in(opened, alice)
    return opened


@pytest.fixture
def under_way(
    page: Page, alice: Person, request_bill: Callable[..., Owed], stripe: StripeAccount
) -> Checkout:
    """Alice has paid, and her bank has not said yes yet."""
    stripe.hold_processing()
    checkout = Checkout(page, request_bill(alice, "document-review")).open()
    checkout.fill().pay()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your payment is on its way")
    return checkout


def is_poll(response: Response) -> bool:
    return "unattended" in response.url


def await_polls(page: Page, count: int) -> list[int]:
    """The status of the next polls."""
    statuses = []
    for _ in range(count):
        with page.expect_response(is_poll) as answered:
            pass
        statuses.append(answered.value.status)
    return statuses


def test_focus_and_a_marked_text_survive_the_wait(under_way: Checkout) -> None:
    page = under_way.page
    link = page.locator("#payment").get_by_role("link", name=under_way.bill.ref)
    link.focus()
    page.evaluate(MARKED)
    assert await_polls(page, 3) == [204, 204, 204]
    expect(link).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "The money has not reached us yet"


def test_what_stays_on_the_page_keeps_the_focus_when_the_payment_turns(
    under_way: Checkout, stripe: StripeAccount
) -> None:
    page = under_way.page
    page.evaluate(LISTEN)
    link = page.locator("#payment").get_by_role("link", name=under_way.bill.ref)
    link.focus()
    stripe.release_processing()
    under_way.expect_paid()
    expect(page.get_by_role("link", name="Download the invoice (PDF)")).to_be_visible()
    expect(link).to_be_focused()
    expect(page).to_have_title(re.compile(r"^You've paid £49\.80"))
    heard = "".join(page.evaluate("heard"))
    assert heard in (
        "You've paid £49.80.Your invoice is ready.",
        "You've paid £49.80. Your invoice is ready.",
    )


def test_the_heading_takes_the_focus_of_what_has_gone(
    under_way: Checkout, stripe: StripeAccount
) -> None:
    page = under_way.page
    page.goto(f"/bills/{under_way.bill.ref}")
    page.get_by_text("Includes £8.30 VAT").click()
    page.get_by_role("link", name="See this payment").focus()
    assert await_polls(page, 1) == [204]
    stripe.release_processing()
    expect(page.get_by_role("link", name="Download the invoice (PDF)")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    # What she has opened stays open.
    expect(page.get_by_text("Before VAT")).to_be_visible()


def test_the_page_asks_soon_at_first_and_then_more_slowly(under_way: Checkout) -> None:
    page = under_way.page
    page.add_init_script(NOTE_PAUSES)
    page.reload()
    await_polls(page, 5)
    pauses = [pause for pause in page.evaluate("pauses") if 100 < pause < 10_000]
    assert pauses[:5] == [500, 500, 1000, 2000, 2000]
