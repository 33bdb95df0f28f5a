"""The card is out of the shop's reach: another origin, and nothing of it in any message."""

import pytest
from playwright.sync_api import Page, expect

from tests.fake_stripe.browser.checkout import VISA, Checkout, run_in
from tests.support.browser import Watch

pytestmark = pytest.mark.journey

# A page's script that wants the card: it notes whatever passes through its own window.
HOOKS = """(() => {
  if (window !== top) return;
  window.seen = [];
  const stringify = JSON.stringify;
  const text = (value) => typeof value === "object" ? stringify(value) : String(value);
  const note = (value) => { try { seen.push(text(value)) } catch {} };
  const watch = (name) => window.addEventListener(
    name, (event) => note([name, event.key, event.data, event.target?.value]), true);
  ["input", "change", "keydown", "keyup", "beforeinput"].forEach(watch);
  ["paste", "copy", "message", "focusin"].forEach(watch);
  const hook = (object, name) => {
    const real = object[name];
    object[name] = function (...given) { note(given); return real.apply(this, given) };
  };
  hook(window, "postMessage"); hook(window, "fetch"); hook(JSON, "stringify"); hook(JSON, "parse");
  hook(URLSearchParams.prototype, "append"); hook(XMLHttpRequest.prototype, "send");
  hook(Map.prototype, "set");
  const then = Promise.prototype.then;
  Promise.prototype.then = function (done, failed) {
    return then.call(this, done && ((value) => { note(value); return done(value) }), failed);
  };
  for (const name of ["number", "cvc", "card"])
    Object.defineProperty(Object.prototype, name, { configurable: true, get() {}, set: note });
  new BroadcastChannel("stripe").onmessage = (event) => note(event.data);
})()"""


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
    checkout.run(
        "() => { window.heard = []; addEventListener('message', (event) => heard.push(event.data)) "
        "}"
    )
    checkout.open_form()
    checkout.fill()
    paid = checkout.pay(checkout.offline.intent())
    seen = str([paid, checkout.run("() => heard"), checkout.page.content()])
    assert "succeeded" in seen
    assert VISA not in seen
    assert "4242 4242" not in seen


def test_a_page_that_hooks_whatever_it_can_before_stripe_js_learns_no_digit(
    checkout: Checkout, watch: Watch
) -> None:
    checkout.page.add_init_script(HOOKS)
    checkout.open_page()
    leaky = {"lineHeight": "normal", "background": "url(/leak)", "backgroundColor": "url(/leak)"}
    checkout.open_form(
        address=True,
        appearance={
            "rules": {".Input": leaky, '.Input[value^="4"]': leaky},
            "variables": {"colorText": "url(/leak)"},
        },
    )
    checkout.fill(cvc="987", postal_code=None)
    checkout.card.locator("[name=number]").press("Control+a")
    checkout.card.locator("[name=number]").press("Control+c")
    checkout.submit()
    seen, heard = checkout.run("() => [seen.map(String).join(' '), seen.length]")
    assert heard > 10
    for digits in (VISA, "4242 4242", "12 / 34", "987"):
        assert digits not in seen
    assert "/leak" not in " ".join(checkout.shop.requests)
    expect(checkout.card.locator("[name=number]")).not_to_have_css("line-height", "normal")
    watch.expect("not a supported|should be a number|Content Security Policy")


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
    run_in(frame, forged)
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


def test_a_frame_opened_by_itself_or_by_another_origin_stays_dead(
    page: Page, checkout: Checkout
) -> None:
    page.goto(f"{checkout.offline.origin}/frames/payment#channel=1&parent={checkout.shop.origin}")
    expect(page.locator("form")).to_be_hidden()
    page.goto(checkout.shop.origin)
    run_in(
        page,
        """(origin) => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.onload = resolve;
          frame.src = `${origin}/frames/payment#channel=1&parent=https://another.test`;
          document.body.append(frame);
        })""",
        checkout.offline.origin,
    )
    expect(page.frame_locator("iframe").locator("form")).to_be_hidden()
