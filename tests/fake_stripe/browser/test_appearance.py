"""The look of the form: the shop's appearance, dark pages, narrow pages and what axe says."""

import re
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.fake_stripe.browser.checkout import Checkout, run_in
from tests.fake_stripe.browser.frames import frame_of, violations
from tests.fake_stripe.browser.merchant import FONT
from tests.fake_stripe.tools.installed import ROOT, TYPES
from tests.support.browser import Watch

pytestmark = pytest.mark.journey

NIGHT = {"theme": "night", "variables": {"colorBackground": "#172026", "colorPrimary": "#6fd0dc"}}


def test_axe_finds_nothing_in_the_forms_whatever_their_appearance(checkout: Checkout) -> None:
    checkout.open_form(address=True)
    checkout.fill(number="4242", postal_code=None)
    checkout.submit()
    for appearance in ({}, NIGHT, {"theme": "flat"}, {"labels": "floating"}):
        scheme: Literal["dark", "light"] = "dark" if appearance is NIGHT else "light"
        checkout.page.emulate_media(color_scheme=scheme)
        checkout.run("(appearance) => elements.update({appearance})", appearance)
        for name in ("payment", "address"):
            expect(checkout.page.locator(f"#{name} iframe")).to_have_css("color-scheme", scheme)
            assert violations(frame_of(checkout, name)) == [], appearance


def test_a_dark_form_is_transparent_on_a_dark_page(checkout: Checkout) -> None:
    checkout.page.emulate_media(color_scheme="dark")
    checkout.open_form(appearance=NIGHT)
    iframe = checkout.page.locator("#payment iframe")
    expect(iframe).to_have_css("color-scheme", "dark")
    expect(checkout.card.locator("html")).to_have_css("color-scheme", "dark")
    expect(checkout.card.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_variables_and_rules_reach_the_fields(checkout: Checkout) -> None:
    appearance = {
        "variables": {"colorText": "rgb(1, 2, 3)", "borderRadius": "9px", "fontSizeBase": "20px"},
        "rules": {
            ".Input": {"borderColor": "rgb(4, 5, 6)"},
            ".Label": {"textTransform": "uppercase"},
        },
    }
    checkout.open_form(appearance=appearance)
    number = checkout.card.get_by_label("Card number")
    expect(number).to_have_css("color", "rgb(1, 2, 3)")
    expect(number).to_have_css("border-radius", "9px")
    expect(number).to_have_css("font-size", "20px")
    expect(number).to_have_css("border-top-color", "rgb(4, 5, 6)")
    expect(checkout.card.locator(".Label").first).to_have_css("text-transform", "uppercase")


def test_the_chosen_method_carries_stripes_class(checkout: Checkout) -> None:
    chosen = {
        ".Tab--selected": {"borderColor": "rgb(7, 8, 9)"},
        ".TabLabel--selected": {"color": "rgb(4, 5, 6)"},
    }
    checkout.open_form(appearance={"rules": chosen})
    card, wallet = checkout.card.locator(".Tab").all()
    for selected, other in ((card, wallet), (wallet, card)):
        selected.locator(".TabLabel").click()
        expect(selected).to_have_css("border-top-color", "rgb(7, 8, 9)")
        expect(selected.locator(".TabLabel")).to_have_css("color", "rgb(4, 5, 6)")
        expect(other).not_to_have_css("border-top-color", "rgb(7, 8, 9)")


def test_every_variable_of_stripes_types_is_taken() -> None:
    described = (
        (TYPES / "elements-group.d.ts")
        .read_text()
        .partition("  variables?: {")[2]
        .partition("\n  };")[0]
    )
    taken = re.findall(
        r'"([^"]+)"', (ROOT / "fake_stripe" / "browser" / "frames" / "variables.js").read_text()
    )
    assert set(" ".join(taken).split()) == set(re.findall(r"(\w+)\?: string;", described))


def test_what_is_no_part_of_the_appearance_here_is_named_in_the_console(
    checkout: Checkout, watch: Watch
) -> None:
    rules = {
        part: {"color": "red"}
        for part in (".AccordionItem", ".Text", ".Input--empty", ".Label--focused")
    }
    variables = {"colourText": "red", "colorText": "rgb(1, 2, 3)"}
    checkout.open_form(appearance={"variables": variables, "rules": rules})
    for name in ("colourText", *rules):
        watch.expect(rf"{name} is not a (recognized appearance variable|supported selector)")


def test_fonts_of_a_style_sheet_and_of_a_file_reach_the_fields(checkout: Checkout) -> None:
    fonts = [{"cssSrc": "/fonts.css"}, {"family": "Filed", "src": f"url({FONT})"}]
    checkout.open_form(fonts=fonts, appearance={"variables": {"fontFamily": "Sheeted, Filed"}})
    frame = frame_of(checkout, "payment")
    loaded = """() => new Promise((resolve) => {
      const families = () => [...document.fonts].map((font) => font.family);
      const look = () => document.fonts.size === 2 ? resolve(families()) : setTimeout(look, 20);
      look();
    })"""
    assert sorted(run_in(frame, loaded)) == ["Filed", "Sheeted"]
    expect(checkout.card.get_by_label("Card number")).to_have_css("font-family", "Sheeted, Filed")


def test_a_loader_stands_in_until_the_form_is_there(checkout: Checkout) -> None:
    checkout.page.emulate_media(reduced_motion="reduce")
    checkout.run(
        """() => {
          const note = () => { counted = [...counted, payment.children.length] };
          window.counted = [];
          new MutationObserver(note).observe(payment, {childList: true});
        }"""
    )
    checkout.open_form()
    assert checkout.run("() => counted") == [2, 1]


def test_a_new_appearance_replaces_the_old_one(checkout: Checkout) -> None:
    checkout.open_form(appearance={"variables": {"colorText": "rgb(1, 2, 3)"}})
    checkout.fill()
    checkout.run("(appearance) => elements.update({appearance})", NIGHT)
    expect(checkout.page.locator("#payment iframe")).to_have_css("color-scheme", "dark")
    expect(checkout.card.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")


def test_the_frame_is_as_high_as_its_form(checkout: Checkout) -> None:
    checkout.open_form()
    frame = frame_of(checkout, "payment")
    # The page sets the height a moment after the form has grown.
    fits = """() => new Promise((resolve) => {
      const height = () => document.forms[0].getBoundingClientRect().height;
      const difference = () => Math.abs(innerHeight - 8 - height());
      const look = () => difference() <= 1 ? resolve(true) : requestAnimationFrame(look);
      setTimeout(() => resolve(false), 5000);
      look();
    })"""
    assert frame.evaluate(fits)
    before = frame.evaluate("() => innerHeight")
    checkout.submit()
    expect(checkout.card.get_by_text("Your card number is incomplete.")).to_be_visible()
    assert frame.evaluate(fits)
    assert frame.evaluate("() => innerHeight") > before


def test_on_a_narrow_page_nothing_is_cut_off_and_targets_are_large_enough_for_a_thumb(
    checkout: Checkout,
) -> None:
    checkout.open_form(address=True)
    heights = (
        "() => [...document.querySelectorAll('.Input, .Tab')].map((node) => "
        "node.offsetHeight).filter(Boolean)"
    )
    for width in (480, 320, 280):
        checkout.page.set_viewport_size({"width": width, "height": 900})
        for name in ("payment", "address"):
            frame = frame_of(checkout, name)
            assert frame.evaluate("() => innerWidth") <= width
            assert frame.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
            assert min(frame.evaluate(heights)) >= 44
