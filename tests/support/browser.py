"""Debian's Chromium, driven by Playwright; whatever a page does wrong fails the test that opened
it.
"""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

# Debian's, rather without the part that draws windows: pages open in half the time. Ubuntu has it
# only as a snap: there (None) the one that Playwright brought.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Chromium says the first of every answer that is not 2xx or 3xx; forms with mistakes are answered
# with 422. The second is advice about speed: it comes where the page before has left the font in
# memory, or the machine is slow to lay out the page.
EXPECTED_CONSOLE = re.compile(
    r"Failed to load resource: the server responded with a status of 4\d\d|"
    r"fonts/\S+\.woff2 was preloaded using link preload but not used within a few seconds"
)
ALLOWED_HOSTS = {"localhost", "127.0.0.1"}
_OWN_SCHEMES = frozenset({"data", "blob", "about"})


class Watch:
    """Collects what pages of one browser window do; `problems` must be empty when the test ends."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[Request] = []
        self.problems: list[str] = []
        self.allowed_hosts = set(ALLOWED_HOSTS)
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda found: self.problems.append(f"script error: {found.error}"))

    def expect(self, pattern: str) -> None:
        """Forgive the problems so far that match; fails where there is none."""
        kept = [problem for problem in self.problems if not re.search(pattern, problem)]
        assert len(kept) < len(self.problems), f"nothing matched {pattern!r} in {self.problems}"
        self.problems = kept

    def _note_request(self, request: Request) -> None:
        self.requests.append(request)
        parts = urlsplit(request.url)
        if parts.scheme not in _OWN_SCHEMES and parts.hostname not in self.allowed_hosts:
            self.problems.append(f"a request to a third party: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED_CONSOLE.search(message.text):
            self.problems.append(f"console {message.type}: {message.text}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        except Error as error:
            pytest.fail(f"Chromium does not start: {error.message.splitlines()[0]}", pytrace=False)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile, as a person's own; more pages in it are its tabs."""
    context = chromium.new_context(
        locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def watch(window: BrowserContext) -> Iterator[Watch]:
    """What the window's pages did; the test fails on a logged error, a broken policy or a third
    party.
    """
    watching = Watch(window)
    yield watching
    assert not watching.problems, "\n".join(watching.problems)


@pytest.fixture
def page(window: BrowserContext, watch: Watch) -> Page:
    """One watched tab."""
    return window.new_page()


def assert_accessible(page: Page) -> None:
    """axe finds nothing against WCAG 2.2 AA on the page as it is now."""
    # What is right need not be described, which would take longer than finding it. A frame of
    # Stripe's is another site's page: it is looked at by itself, in tests/fake_stripe/browser.
    options = {"runOnly": AXE_RULES, "resultTypes": ["violations"], "iframes": False}
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, results.generate_report()
