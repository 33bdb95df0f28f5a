"""What is run inside the namespace: the main story, with the portal on its production defaults."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.installation import Installation, installed
from tests.journeys.production_defaults.namespace import FOLDER_VARIABLE, certificates_of
from tests.journeys.story import alice_pays_for_a_service
from tests.support import browser
from tests.support.people import Person
from tests.support.servers import Servers

FOLDER = Path(os.environ[FOLDER_VARIABLE])
CERTIFICATES = certificates_of(FOLDER)
STRIPES_HOSTS = {"js.stripe.com", "localhost"}


class ServersAtStripe(Servers):
    """The portal with Stripe's own addresses, and the offline Stripe where they lead."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("STRIPE_API_BASE", "STRIPE_JS_URL"):
            del self.environment[name]
        self.stripe_url = "https://api.stripe.com"
        module = "tests.journeys.production_defaults.secure_stripe"
        hook = (f"{self.portal_url}/webhooks/stripe", self.environment["STRIPE_WEBHOOK_SECRET"])
        files = (str(CERTIFICATES.certificate), str(CERTIFICATES.key))
        self.stripe = self._program("stripe", (sys.executable, "-m", module, *hook, *files))


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    with installed(FOLDER, f"sqlite:///{FOLDER / 'portal.sqlite3'}", ServersAtStripe) as running:
        assert running.portal.settings.stripe_api_base == "https://api.stripe.com"
        assert running.portal.settings.stripe_js_url == "https://js.stripe.com/endive/stripe.js"
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    trust = f"--ignore-certificate-errors-spki-list={CERTIFICATES.fingerprint}"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=browser.CHROMIUM, args=[*browser.FLAGS, trust]
        )
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def stripes_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this world the only third party that a page may ask is Stripe, by its own name."""
    monkeypatch.setattr(browser, "ALLOWED_HOSTS", STRIPES_HOSTS)


def test_alice_pays_with_every_address_as_in_production(
    installation: Installation, page: Page, alice: Person, new_window: Callable[..., Page]
) -> None:
    asked: set[str] = set()
    page.context.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))

    alice_pays_for_a_service(installation, page, alice, new_window)

    assert asked - {"blob:", "data:"} == {installation.url, "https://js.stripe.com"}
