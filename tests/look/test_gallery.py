"""Every macro on one page, looked at in each theme, width and language."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import assert_accessible

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_macro_is_accessible_in_each_theme(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/gallery?wrong=1")
    expect(page).to_have_title("Error: Gallery \N{EN DASH} Riverside Clinic")
    assert_accessible(page)


@pytest.mark.parametrize("locale", ["en-GB", "en-XA", "ar-XB"])
def test_nothing_is_wider_than_a_320_pixel_screen(page: Page, locale: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"/gallery?wrong=1&locale={locale}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_everything_that_is_pressed_is_at_least_44_pixels_high(page: Page) -> None:
    page.goto("/gallery")
    targets = "button, .button, .input, .nav__link, .brand, .back-link, .choice"
    heights = page.locator(targets).evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => e.offsetHeight)"
    )
    assert len(heights) > 20
    assert min(heights) >= 44


def test_text_grown_to_twice_its_size_still_fits(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 900})
    page.goto("/gallery?wrong=1")
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_a_keyboard_user_can_skip_to_the_content(page: Page) -> None:
    page.goto("/gallery")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_print_leaves_out_what_paper_cannot_do(page: Page) -> None:
    page.emulate_media(media="print")
    page.goto("/gallery")
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.locator(".button:visible")).to_have_count(0)
    expect(page.locator("tfoot").first).to_be_visible()


def test_waiting_does_not_move_for_people_who_asked_for_less_motion(
    chromium: Browser, workbench_url: str
) -> None:
    names = {}
    for motion in ("no-preference", "reduce"):
        context = chromium.new_context(base_url=workbench_url, reduced_motion=motion)
        page = context.new_page()
        page.goto("/gallery")
        names[motion] = page.locator(".waiting__dots i").first.evaluate(
            "dot => getComputedStyle(dot).animationName"
        )
        context.close()
    assert names == {"no-preference": "wait", "reduce": "none"}
