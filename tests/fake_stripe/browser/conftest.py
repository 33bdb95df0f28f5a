"""The offline Stripe as a process, and a shop that uses it from a browser."""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.fake_stripe.browser.checkout import Checkout, Offline
from tests.fake_stripe.browser.merchant import Shop, open_shop
from tests.support.servers import Program, free_port, strict_stripe


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offline]:
    port, account = free_port(), secrets.token_hex(8)
    origin = f"http://127.0.0.1:{port}"
    nowhere = ("--webhook-url", "http://127.0.0.1:9/webhooks", "--webhook-secret", "whsec_unused")
    command = strict_stripe(port, *nowhere)
    program = Program(
        "offline Stripe",
        command,
        {"PATH": "/usr/bin:/bin"},
        tmp_path_factory.mktemp("stripe") / "log",
    )
    program.start()
    try:
        program.await_answer(f"{origin}/endive/stripe.js")
        yield Offline(origin, f"sk_test_{account}", f"pk_test_{account}")
    finally:
        program.stop()


@pytest.fixture(scope="session")
def running_shop(offline: Offline) -> Iterator[Shop]:
    with open_shop(offline.origin) as shop:
        yield shop


@pytest.fixture
def shop(running_shop: Shop) -> Shop:
    """The shop, which has heard nothing yet."""
    running_shop.requests.clear()
    return running_shop


@pytest.fixture
def checkout(page: Page, shop: Shop, offline: Offline) -> Checkout:
    return Checkout(page, shop, offline)
