"""How an event is posted, over real sockets: to the endpoint alone, and never waiting for long."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from threading import Event, Thread

import pytest

from fake_stripe.deliveries import post as posting
from fake_stripe.deliveries.post import is_address, post

BODY = b'{"object":"event"}'

NO_ADDRESSES = [
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1/a b",
    "http://127.0.0.1/\r\nX: y",
    "http://[",
    "http:///path",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "//127.0.0.1/",
    "",
]

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Listening:
    """Answers the one connection that it gets with these bytes, then drip by drip."""

    def __init__(self, family: socket.AddressFamily = socket.AF_INET) -> None:
        self.got = b""
        self._stop = Event()
        host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self._listener = socket.create_server((host, 0), family=family)
        self.port: int = self._listener.getsockname()[1]

    def answer(self, start: bytes, drip: bytes = b"") -> None:
        Thread(target=self._serve, args=(start, drip), daemon=True).start()

    def _serve(self, start: bytes, drip: bytes) -> None:
        connection, _ = self._listener.accept()
        with connection, suppress(OSError):
            while BODY not in self.got:
                self.got += connection.recv(65536)
            connection.sendall(start)
            while drip and not self._stop.wait(0.02):
                connection.sendall(drip)

    def close(self) -> None:
        self._stop.set()
        self._listener.close()


@pytest.fixture
def endpoint() -> Iterator[Listening]:
    listening = Listening()
    yield listening
    listening.close()


def test_an_event_is_posted_to_the_path_and_query(endpoint: Listening) -> None:
    endpoint.answer(b"HTTP/1.1 204 No Content\r\n\r\n")

    assert (
        post(f"http://127.0.0.1:{endpoint.port}/hooks?a=b#part", {"Stripe-Signature": "t=1"}, BODY)
        == 204
    )

    assert endpoint.got.startswith(b"POST /hooks?a=b HTTP/1.1\r\n")
    assert b"\r\nStripe-Signature: t=1\r\n" in endpoint.got


def test_letters_outside_ascii_are_sent_as_urls_have_them(endpoint: Listening) -> None:
    endpoint.answer(b"HTTP/1.1 200 OK\r\n\r\n")

    post(f"http://127.0.0.1:{endpoint.port}/caf\u00e9%20?a=\u00e9", {}, BODY)

    assert endpoint.got.startswith(b"POST /caf%C3%A9%20?a=%C3%A9 HTTP/1.1\r\n")


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_cannot_be_posted_to_is_no_address(url: str) -> None:
    assert not is_address(url)


def test_a_redirect_is_an_answer_and_is_not_followed(endpoint: Listening) -> None:
    endpoint.answer(
        f"HTTP/1.1 307 Away\r\nLocation: http://127.0.0.1:{endpoint.port}/other\r\n\r\n".encode()
    )

    assert post(f"http://127.0.0.1:{endpoint.port}/", {}, BODY) == 307


def test_a_name_and_password_in_the_url_go_into_the_header(endpoint: Listening) -> None:
    endpoint.answer(b"HTTP/1.1 200 OK\r\n\r\n")

    post(f"http://clinic:pass%40word@127.0.0.1:{endpoint.port}/", {}, BODY)

    assert b"\r\nAuthorization: Basic Y2xpbmljOnBhc3NAd29yZA==\r\n" in endpoint.got


def test_no_proxy_is_asked(endpoint: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    endpoint.answer(b"HTTP/1.1 200 OK\r\n\r\n")

    assert post(f"http://127.0.0.1:{endpoint.port}/", {}, BODY) == 200


def test_an_answer_without_end_is_not_read_to_its_end(endpoint: Listening) -> None:
    endpoint.answer(b"HTTP/1.1 200 OK\r\n\r\n", drip=b"x" * 65536)

    assert post(f"http://127.0.0.1:{endpoint.port}/", {}, BODY) == 200


@pytest.mark.parametrize(
    ("start", "drip"),
    [(b"", b"x"), (b"HTTP/1.1 200 OK\r\n", b"x"), (CONTINUE, CONTINUE)],
)
def test_an_endpoint_that_trickles_is_cut_off(
    start: bytes, drip: bytes, endpoint: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.3)
    endpoint.answer(start, drip)

    with pytest.raises(TimeoutError, match="nothing within"):
        post(f"http://127.0.0.1:{endpoint.port}/", {}, BODY)


def test_an_endpoint_that_connects_late_and_then_trickles_is_cut_off(
    endpoint: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting = Event()

    class Late(HTTPConnection):
        def connect(self) -> None:
            connecting.wait(0.4)
            super().connect()

    monkeypatch.setattr(posting, "TIMEOUT", 0.3)
    monkeypatch.setitem(posting._CONNECTIONS, "http", Late)
    endpoint.answer(b"", drip=b"x")

    with pytest.raises(TimeoutError, match="nothing within"):
        post(f"http://127.0.0.1:{endpoint.port}/", {}, BODY)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://[::1]:9/",
        "http://" + "a" * 70 + ".test/",
        *NO_ADDRESSES,
    ],
)
def test_whatever_the_url_is_there_is_no_answer_but_no_crash(url: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        post(url, {}, BODY)


def test_what_is_no_http_is_no_answer(endpoint: Listening) -> None:
    endpoint.answer(b"220 mail.test ESMTP\r\n")

    with pytest.raises(OSError, match="220"):
        post(f"http://127.0.0.1:{endpoint.port}/", {}, BODY)


def test_endpoints_are_found_by_ipv6_where_there_is_any() -> None:
    try:
        listening = Listening(socket.AF_INET6)
    except OSError:
        with pytest.raises(OSError, match=r".+"):
            post("http://[::1]:9/", {}, BODY)
        return
    listening.answer(b"HTTP/1.1 200 OK\r\n\r\n")

    assert post(f"http://[::1]:{listening.port}/", {}, BODY) == 200
    listening.close()
