"""The control surface is called over HTTP, as `make run` does."""

from collections.abc import Iterator
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from fake_stripe.core import OfflineStripe
from fake_stripe.server.wsgi import Application
from portal.demo.control import HttpControl, Refused
from portal.settings import Settings
from portal.stripe_api.errors import StripeUnavailable
from tests.support.servers import free_port

DAY = 86400


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not on the screen."""


@pytest.fixture
def offline() -> Iterator[OfflineStripe]:
    app = OfflineStripe()
    yield app
    app.close()


@pytest.fixture
def control(offline: OfflineStripe, settings: Settings) -> Iterator[HttpControl]:
    with make_server("127.0.0.1", 0, Application(offline), handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield HttpControl(at_port(settings, server.server_port))
        server.shutdown()
        thread.join()


def at_port(settings: Settings, port: int) -> Settings:
    return settings.model_copy(update={"stripe_api_base": f"http://127.0.0.1:{port}"})


def test_it_speaks_for_the_account_of_the_settings(
    control: HttpControl, offline: OfflineStripe
) -> None:
    offline.accounts.of("bob")
    control("POST", "clock/begin", {"seconds_ago": DAY})
    assert offline.accounts.of("portal").clock.offset == -DAY
    assert offline.accounts.of("bob").clock.offset == 0
    assert round(control("GET", "clock", {})["offset"]) == -DAY


def test_what_is_refused_and_what_is_not_there_are_told_from_what_fails(
    control: HttpControl, settings: Settings
) -> None:
    with pytest.raises(Refused, match="400"):
        control("POST", "clock/begin", {"seconds_ago": "soon"})
    with pytest.raises(Refused, match="404"):
        control("POST", "money/print", {})
    with pytest.raises(StripeUnavailable):
        HttpControl(at_port(settings, free_port()))("GET", "clock", {})
