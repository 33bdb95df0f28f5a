"""What journeys begin with: one running installation per test process, fresh people and windows for
each test.
"""

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.context import Portal
from tests.journeys import cards
from tests.journeys.installation import Installation, StripeAccount, installed
from tests.journeys.payer import Checkout, arrive_signed_in
from tests.support.bills import Owed
from tests.support.browser import Watch
from tests.support.people import Person, add_person

# Other work on the machine must not fail a story.
TIMEOUT_MILLISECONDS = 20_000
expect.set_options(timeout=TIMEOUT_MILLISECONDS)
_numbers = count(1)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with installed(folder, f"sqlite:///{folder / 'portal.sqlite3'}") as running:
        yield running


@pytest.fixture
def portal(installation: Installation) -> Portal:
    return installation.portal


@pytest.fixture
def stripe(installation: Installation) -> Iterator[StripeAccount]:
    """The installation's Stripe; it counts charges from the test's beginning and is left without
    faults.
    """
    installation.stripe.forget_charges()
    yield installation.stripe
    installation.stripe.calm()


@pytest.fixture
def make_person(portal: Portal) -> Callable[..., Person]:
    """As everywhere, with an address of its own each time: the installation outlives the test."""

    def make(name: str, role: str, currency: str = "GBP") -> Person:
        email = f"{name.partition(' ')[0].lower()}-{next(_numbers)}@example.test"
        return add_person(portal, name, email, role, currency)

    return make


@pytest.fixture
def new_window(chromium: Browser, installation: Installation) -> Iterator[Callable[..., Page]]:
    """`new_window(color_scheme="dark")` is a tab in a browser profile of its own, watched as every
    other.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_window(**options: Any) -> Page:
        context = _new_context(chromium, installation, **options)
        opened.append((context, Watch(context)))
        return context.new_page()

    yield open_window
    for context, watch in opened:
        check_window(context, watch, installation.url)
        context.close()


@pytest.fixture
def window(chromium: Browser, installation: Installation) -> Iterator[BrowserContext]:
    context = _new_context(chromium, installation)
    yield context
    context.close()


@pytest.fixture
def watch(window: BrowserContext, installation: Installation) -> Iterator[Watch]:
    """What the window's pages did; besides mistakes of pages, a card number that reached the portal
    fails the test.
    """
    watching = Watch(window)
    yield watching
    check_window(window, watching, installation.url)


@pytest.fixture
def checkout(page: Page, alice: Person, request_bill: Callable[..., Owed]) -> Checkout:
    """Alice has asked for a service, and has its checkout page open."""
    arrive_signed_in(page, alice)
    return Checkout(page, request_bill(alice)).open()


def check_window(context: BrowserContext, watch: Watch, portal_url: str) -> None:
    """Nothing went wrong in the window, and no card number came near the portal."""
    assert not watch.problems, "\n".join(watch.problems)
    for request in watch.requests:
        if request.url.startswith(portal_url):
            sent = f"{request.url} {request.post_data_buffer or b''!r}"
            assert not _card_numbers_in(sent), f"a card number was sent to {request.url}"
    for page in context.pages:
        assert not _card_numbers_in(page.content()), f"a card number stands on {page.url}"


def _card_numbers_in(text: str) -> list[str]:
    digits = re.sub(r"[\s+-]|%20", "", text)
    return [number for number in cards.ALL if number in digits]


def _new_context(chromium: Browser, installation: Installation, **options: Any) -> BrowserContext:
    # Tall enough for every page: Chromium may give a click that follows a scroll to the frame that
    # was there before it.
    usual = {
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": {"width": 1280, "height": 1900},
    }
    context = chromium.new_context(base_url=installation.url, **{**usual, **options})
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    return context
