"""Posting an event to an endpoint as Stripe does: no redirects, no proxy, little time."""

import re
import socket
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Thread
from time import monotonic
from urllib.parse import quote, unquote, urlsplit

from fake_stripe.deliveries.webhooks import TIMEOUT

_CONNECTIONS: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}
# What a path or query may have as it is (RFC 3986); the rest is sent as UTF-8, percent-encoded.
_SAFE = "/?:@!$&'()*+,;=%"
# Seconds between attempts at cutting off an endpoint.
_CUT_AGAIN = 0.1
_BLANK = re.compile(r"[\x00-\x20\x7f]")


def is_address(url: str) -> bool:
    """Whether an event can be posted there: http(s), a host, a possible port, no blanks."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in _CONNECTIONS
            and bool(parts.hostname)
            and parts.port != 0
            and not _BLANK.search(url)
        )
    except ValueError:
        return False


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status that the endpoint answers.

    Raises OSError where it answers nothing in time or nothing readable.
    """
    give_up = monotonic() + TIMEOUT
    if not is_address(url):
        raise OSError("the URL is none that can be posted to")
    try:
        status = _post(url, headers, body)
    except (OSError, HTTPException, ValueError) as error:
        if monotonic() >= give_up:
            raise TimeoutError(f"nothing within {TIMEOUT} seconds") from None
        raise OSError(str(error) or type(error).__name__) from error
    if monotonic() >= give_up:
        raise TimeoutError(f"nothing within {TIMEOUT} seconds")
    return status


def _post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    parts = urlsplit(url)
    connection = _CONNECTIONS[parts.scheme](parts.hostname or "", parts.port, timeout=TIMEOUT)
    target = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        target += f"?{quote(parts.query, safe=_SAFE)}"
    more = {"Connection": "close"} | _authorization(parts.username, parts.password)
    with closing(connection), _cut_after(TIMEOUT, connection):
        connection.request("POST", target, body, {**headers, **more})
        return connection.getresponse().status


def _authorization(user: str | None, password: str | None) -> dict[str, str]:
    """A name and password in the URL are sent as HTTP knows them."""
    if user is None:
        return {}
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


@contextmanager
def _cut_after(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """Time-outs of sockets begin anew with every byte, so an endpoint that trickles is cut off."""
    done = Event()
    Thread(target=_cut, args=(connection, seconds, done), daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _cut(connection: HTTPConnection, pause: float, done: Event) -> None:
    """Cut the connection after the pause, again and again: it may still be connecting now."""
    while not done.wait(pause):
        pause = _CUT_AGAIN
        if isinstance(connection.sock, socket.socket):
            with suppress(OSError):  # closed meanwhile
                # The plain socket's: that of TLS would first forget what is being read.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
