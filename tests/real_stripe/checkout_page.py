"""Real Stripe.js on the checkout page, under the portal's own policy. Run by `python -m
tests.real_stripe` only.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from portal import migrations
from portal.application import create_app, create_portal
from portal.context import Portal
from tests.journeys.payer import Checkout, sign_in
from tests.real_stripe.account import real_settings
from tests.support.bills import Owed
from tests.support.browser import Watch
from tests.support.people import Person
from tests.support.servers import free_port

TIMEOUT_MILLISECONDS = 60_000


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    database_url = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    migrations.upgrade(database_url)
    port = free_port()
    made = create_portal(
        real_settings(tmp_path, database_url, public_base_url=f"http://localhost:{port}")
    )
    server = make_server("localhost", port, create_app(made), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
    made.close()


@pytest.fixture
def window(chromium: Browser, portal: Portal) -> Iterator[BrowserContext]:
    expect.set_options(timeout=TIMEOUT_MILLISECONDS)
    context = chromium.new_context(base_url=portal.settings.public_base_url, locale="en-GB")
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture
def stripes_own_hosts(watch: Watch) -> None:
    """Stripe's frames load what they like from Stripe; the page itself is held to its policy by the
    browser.
    """
    watch.allowed_hosts |= {
        "js.stripe.com",
        "m.stripe.network",
        "m.stripe.com",
        "r.stripe.com",
        "api.stripe.com",
        "hooks.stripe.com",
        "q.stripe.com",
        "merchant-ui-api.stripe.com",
    }


def test_the_card_form_opens_under_the_portals_policy(
    page: Page, stripes_own_hosts: None, alice: Person, request_bill: Callable[..., Owed]
) -> None:
    sign_in(page, alice)

    checkout = Checkout(page, request_bill(alice)).open()

    for part in ("#payment-element", "#address-element"):
        expect(page.locator(f"{part} iframe").first).to_be_visible()
    expect(checkout.problem).to_be_hidden()
    expect(checkout.pay_button).to_be_enabled()
