"""The web server: what reaches it, and what it does while others hang."""

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.context import Portal
from portal.settings import Settings
from portal.stripe_api import http
from tests.support.bills import Owed, started
from tests.support.client import PortalClient
from tests.support.hanging import silent_peer
from tests.support.people import Person
from tests.support.served import Served

# As many as `portal serve` has unless told otherwise.
THREADS = 8

PATHS = ("/webhooks/stripe", "/sign-in", "/forgotten-password", "/bills/BILL-1/pay")
HEADERS = "Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BAD_CHUNKS = {
    "no size": b"zz\r\nabc\r\n0\r\n\r\n",
    "a negative size": b"-1\r\n\r\n",
    "no end of the chunk": b"3\r\nabcXX0\r\n\r\n",
    "a trailer that is no header": b"3\r\nabc\r\n0\r\nbad trailer\r\n\r\n",
    "a body that stops": b"5\r\nabc",
    "nothing at all": b"",
    "a size of more than memory": b"f" * 18 + b"\r\nabc\r\n0\r\n\r\n",
    "a long extension": b"3;" + b"a" * 9000 + b"\r\nabc\r\n0\r\n\r\n",
}


def status_of(answer: bytes) -> int:
    """The status of the only answer."""
    assert answer.count(b"HTTP/1.1 ") == 1
    return int(answer.split(b" ", 2)[1])


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One is enough: the server comes before any database."""
    path = tmp_path / "portal.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def served(settings: Settings, serve: Callable[[Settings], Served]) -> Served:
    return serve(settings)


def test_a_body_that_is_no_http_is_the_senders_mistake_on_every_page(served: Served) -> None:
    for path in PATHS:
        head = f"POST {path} HTTP/1.1\r\n{HEADERS}".encode()
        chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
        answers = {name: served.exchange(chunked, body) for name, body in BAD_CHUNKS.items()}
        assert {name: status_of(answer) for name, answer in answers.items()} == dict.fromkeys(
            BAD_CHUNKS, 400
        )
        cut_short = served.exchange(head, b"Content-Length: 50\r\n\r\nemail=")
        assert status_of(cut_short) == 400
    assert "Traceback" not in served.program.log.read_text()


def test_what_follows_a_bad_body_on_the_same_connection_is_not_answered(served: Served) -> None:
    bad = f"POST /sign-in HTTP/1.1\r\n{HEADERS}Transfer-Encoding: chunked\r\n\r\nzz\r\n"
    answer = served.exchange(bad.encode(), b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status_of(answer) == 400


def test_pages_without_stripe_are_served_while_everybody_waits_for_stripe(
    portal: Portal,
    make_person: Callable[..., Person],
    request_bill: Callable[..., Owed],
    sign_in: Callable[[Person], PortalClient],
    serve: Callable[[Settings], Served],
) -> None:
    people = [make_person(f"Payer{number} Payne", "patient") for number in range(THREADS)]
    cookies = [cookie_of(sign_in(person)) for person in people]
    bills = [request_bill(person) for person in people]
    for bill in bills:
        started(portal, bill)
    with silent_peer() as stripe, ExitStack() as waiting:
        served = serve(portal.settings.model_copy(update={"stripe_api_base": stripe.url}))
        seconds_of_home(served, cookies[0])
        for cookie, bill in zip(cookies, bills, strict=True):
            connection = waiting.enter_context(served.connect())
            connection.sendall(page(f"/bills/{bill.ref}/pay", cookie))
        slowest = max(seconds_of_home(served, cookie) for cookie in cookies)
    assert slowest < http.ANSWER_SECONDS / 2


def seconds_of_home(served: Served, cookie: str) -> float:
    began = time.monotonic()
    with served.connect() as connection:
        connection.sendall(page("/", cookie))
        assert connection.recv(12) == b"HTTP/1.1 200"
    return time.monotonic() - began


def cookie_of(client: PortalClient) -> str:
    cookie = client.get_cookie("portal_session")
    assert cookie is not None
    return f"portal_session={cookie.value}"


def page(path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
