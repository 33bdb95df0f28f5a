"""A workbench page on a real server, for looking at every macro in Chromium."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from tests.look.workbench import Received, create_workbench


@pytest.fixture(scope="session")
def everything_received() -> Received:
    return Received()


@pytest.fixture
def received(everything_received: Received) -> Received:
    """What this test's forms sent."""
    everything_received.sent.clear()
    everything_received.arrived.clear()
    everything_received.answering.set()
    return everything_received


@pytest.fixture(scope="session")
def workbench_url(everything_received: Received) -> Iterator[str]:
    everything_received.answering.set()
    server = make_server("localhost", 0, create_workbench(everything_received), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def window(chromium: Browser, workbench_url: str) -> Iterator[BrowserContext]:
    """A browser profile at the workbench, where nothing moves."""
    context = chromium.new_context(base_url=workbench_url, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context
    context.close()
