"""What comes in over HTTP: called by this machine's names, whole, and from our own pages."""

import io
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NoReturn

import pytest
from werkzeug.test import run_wsgi_app

from fake_stripe.clock import Clock
from fake_stripe.core import OfflineStripe
from fake_stripe.faults import Fault
from fake_stripe.server.wsgi import MAX_BODY, Application
from tests.fake_stripe.conftest import START

KEY = {"HTTP_AUTHORIZATION": "Bearer sk_test_clinic"}
LOCAL = "127.0.0.1:12111"
ADVANCE = b"seconds=60"


class Caller:
    """Calls the application as its server does."""

    def __init__(self) -> None:
        self.offline = OfflineStripe(clock=Clock(START))
        self._application = Application(self.offline)

    def __call__(
        self, method: str, path: str, body: bytes = b"", /, **environ: str
    ) -> tuple[int, str]:
        given: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "HTTP_HOST": LOCAL,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **environ,
        }
        content, status, _ = run_wsgi_app(self._application, given)
        return int(status[:3]), b"".join(content).decode()


@pytest.fixture
def call() -> Iterator[Caller]:
    caller = Caller()
    with closing(caller.offline):
        yield caller


PATHS = ["/", "/_control/requests", "/v1/customers", "/endive/stripe.js", "/frames/payment"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "attacker.example:12111",
        "127.0.0.1.attacker.example",
        "localhost.attacker.example",
        "0.0.0.0:12111",
        "[",
    ],
)
def test_a_name_that_another_site_lets_lead_here_is_refused(
    path: str, host: str, call: Caller
) -> None:
    status, body = call("GET", path, **KEY, HTTP_HOST=host)

    assert status == 403
    assert "names of this machine" in json.loads(body)["error"]["message"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        LOCAL,
        "localhost:12111",
        "LOCALHOST",
        "stripe.localhost",
        "[::1]:12111",
        "api.stripe.com",
    ],
)
def test_the_names_of_this_machine_are_answered(path: str, host: str, call: Caller) -> None:
    assert call("GET", path, **KEY, HTTP_HOST=host)[0] == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [("/act", b"does=POST+clock/advance&" + ADVANCE), ("/_control/clock/advance", ADVANCE)],
)
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "http://attacker.example"},
        {"HTTP_ORIGIN": "http://127.0.0.1:8000"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site", "HTTP_ORIGIN": f"http://{LOCAL}"},
    ],
)
def test_no_other_site_presses_a_button(
    path: str, body: bytes, headers: dict[str, str], call: Caller
) -> None:
    status, _ = call("POST", path, body, **headers, CONTENT_TYPE="text/plain")
    assert (status, call.offline.clock.offset) == (403, 0)

    call("POST", path, body, CONTENT_TYPE="text/plain")
    assert call.offline.clock.offset == 60


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_ORIGIN": f"http://{LOCAL}", "HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_ORIGIN": ""},
    ],
)
def test_our_own_pages_and_programs_do(headers: dict[str, str], call: Caller) -> None:
    assert call("POST", "/_control/clock/advance", ADVANCE, **headers)[0] == 200
    assert call.offline.clock.offset == 60


@pytest.mark.parametrize(
    ("body", "length", "status"),
    [
        (b"name=Alice", "20", 400),
        (b"", str(MAX_BODY + 1), 413),
        (b"name=" + b"x" * MAX_BODY, "", 413),
    ],
)
def test_a_body_that_is_cut_short_or_endless_does_nothing(
    body: bytes, length: str, status: int, call: Caller
) -> None:
    chunked = {} if length else {"HTTP_TRANSFER_ENCODING": "chunked"}
    answered, told = call("POST", "/v1/customers", body, **KEY, **chunked, CONTENT_LENGTH=length)

    assert (answered, json.loads(told)["error"]["type"]) == (status, "invalid_request_error")
    assert json.loads(call("GET", "/v1/customers", **KEY)[1])["data"] == []


def test_a_path_is_read_as_utf_8(call: Caller) -> None:
    _, body = call("GET", "/v1/customers/caf\u00e9".encode().decode("latin-1"), **KEY)

    assert "'caf\u00e9'" in json.loads(body)["error"]["message"]


def test_a_client_that_hangs_up_before_a_fault_does_is_no_crash() -> None:
    offline = OfflineStripe()
    offline.faults.add(Fault("unreachable"))
    with socket.socket() as gone:
        given = {
            "HTTP_HOST": LOCAL,
            "PATH_INFO": "/v1/customers",
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": "",
        }
        answered = Application(offline)(
            given | {"wsgi.input": io.BytesIO(), "gunicorn.socket": gone}, _no_answer
        )

    assert list(answered) == []
    assert offline.accounts.default.received[0].status == 0
    offline.close()


def _no_answer(*_: object) -> NoReturn:
    raise AssertionError("the client hears nothing")


def test_a_page_that_crashes_shows_nothing_of_it(
    call: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("fake_stripe.dashboard.pages.Dashboard.respond", broken)

    status, body = call("GET", "/")

    assert (status, json.loads(body)["error"]["type"]) == (500, "api_error")
    assert "secret detail" not in body
    assert "secret detail" in caplog.text
