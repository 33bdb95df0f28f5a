"""Looking into the offline Stripe's frames, as only a test can."""

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Frame

from tests.fake_stripe.browser.checkout import Checkout, run_in
from tests.support.browser import AXE_RULES


def frame_of(checkout: Checkout, page: str) -> Frame:
    (frame,) = [frame for frame in checkout.page.frames if f"/frames/{page}#" in frame.url]
    return frame


def violations(frame: Frame) -> list[str]:
    """What axe finds inside a frame, which it cannot enter from the shop's page."""
    if not frame.evaluate("() => 'axe' in window"):
        frame.evaluate(AXE_FILE_PATH.read_text())
    # A frame is transparent: its text must be read against the page behind it.
    behind = frame.page.locator("html").evaluate("(root) => getComputedStyle(root).backgroundColor")
    frame.evaluate(
        "(color) => document.documentElement.style.setProperty('background-color', color)", behind
    )
    run = "(runOnly) => axe.run(document, {runOnly, resultTypes: ['violations']})"
    found = run_in(frame, run, [rule for rule in AXE_RULES if "wcag" in rule])
    return [
        f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
    ]
