"""The card is out of the shop's reach: another origin, another site, and nothing of it in messages or requests."""

import pytest
from playwright.sync_api import Page, expect

from tests.fake_stripe.browser.checkout import VISA, Checkout

pytestmark = pytest.mark.journey


def test_the_shop_cannot_read_the_form(checkout: Checkout) -> None:
    checkout.open_form()
    assert checkout.run("() => document.querySelector('#payment iframe').contentDocument") is None
    read = "() => document.querySelector('#payment iframe').contentWindow.document.forms[0]"
    assert checkout.refusal(read).startswith("SecurityError")


def test_the_card_number_reaches_the_offline_stripe_only(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    checkout.begin_confirm(checkout.offline.intent(), redirect="always")
    checkout.page.wait_for_url("**/return?**")
    everything = " ".join(checkout.shop.requests)
    assert "/return" in everything
    assert VISA not in everything
    assert "4242 4242" not in everything


def test_no_message_and_no_part_of_the_page_holds_the_card_number(checkout: Checkout) -> None:
    checkout.run("() => { window.heard = []; addEventListener('message', (event) => heard.push(event.data)) }")
    checkout.open_form()
    checkout.fill()
    paid = checkout.pay(checkout.offline.intent())
    seen = str([paid, checkout.run("() => heard"), checkout.page.content()])
    assert "succeeded" in seen
    assert VISA not in seen
    assert "4242 4242" not in seen


def test_the_card_is_posted_from_the_frame_to_its_own_origin(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    with checkout.page.expect_request("**/confirm") as caught:
        checkout.pay(checkout.offline.intent())
    request = caught.value
    assert VISA in (request.post_data or "")
    assert request.frame.url.startswith(f"{checkout.offline.origin}/frames/payment#")
    assert request.all_headers()["origin"] == checkout.offline.origin


def test_a_frame_hears_only_the_page_that_holds_it(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    (frame,) = [frame for frame in checkout.page.frames if "/frames/payment#" in frame.url]
    forged = """() => {
      const channel = new URLSearchParams(location.hash.slice(1)).get("channel");
      window.postMessage({channel, kind: "tell", name: "clear"}, "*");
      return new Promise((resolve) => addEventListener("message", () => resolve(), {once: true}));
    }"""
    frame.evaluate(forged)
    expect(checkout.card.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")


def test_stripe_js_hears_only_its_own_frames(checkout: Checkout) -> None:
    checkout.open_form()
    height = checkout.page.locator("#payment iframe").bounding_box()
    forged = """() => {
      const frame = document.querySelector("#payment iframe");
      const channel = new URLSearchParams(new URL(frame.src).hash.slice(1)).get("channel");
      window.postMessage({channel, kind: "tell", name: "resize", data: {height: 5}}, "*");
      return new Promise((resolve) => addEventListener("message", () => resolve(), {once: true}));
    }"""
    checkout.run(forged)
    assert checkout.page.locator("#payment iframe").bounding_box() == height


def test_a_frame_opened_by_itself_or_by_another_origin_stays_dead(page: Page, checkout: Checkout) -> None:
    page.goto(f"{checkout.offline.origin}/frames/payment#channel=1&parent={checkout.shop.origin}")
    expect(page.locator("form")).to_be_hidden()
    page.goto(checkout.shop.origin)
    page.evaluate(
        """(origin) => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.onload = resolve;
          frame.src = `${origin}/frames/payment#channel=1&parent=https://another.test`;
          document.body.append(frame);
        })""",
        checkout.offline.origin,
    )
    expect(page.frame_locator("iframe").locator("form")).to_be_hidden()
