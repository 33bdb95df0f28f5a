"""The offline Stripe as one WSGI application: API, Stripe.js and its frames, control surface, dashboard."""

import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fake_stripe.browser import pages
from fake_stripe.control.surface import Control
from fake_stripe.core import OfflineStripe, Request, Response
from fake_stripe.dashboard.pages import Dashboard
from fake_stripe.errors import ConnectionDropped

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY = 1_000_000
_NAMED = ("authorization", "host", "idempotency-key", "origin", "stripe-account", "stripe-version", "user-agent")
Answer = tuple[int, list[tuple[str, str]], bytes]


class Application:
    """The WSGI entry point."""

    def __init__(self, app: OfflineStripe) -> None:
        self.app = app
        self.control = Control(app)
        self.dashboard = Dashboard(app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            status, headers, body = self._respond(environ)
        except ConnectionDropped as dropped:
            return _hang_up(environ, dropped.seconds)
        start_response(f"{status} {HTTPStatus(status).phrase}", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _respond(self, environ: "WSGIEnvironment") -> Answer:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path.startswith(("/js/", "/frames/", "/endive/")) and method in ("GET", "HEAD"):
            return pages.respond(path, dict(parse_qsl(environ["QUERY_STRING"]))) or _plain(404, "Not found")
        request = _read(environ)
        if request is None:
            return _plain(413, "The request body is too large.")
        if path.startswith("/_control/"):
            return self.control.respond(request)
        if path.startswith(("/v1/", "/_frames/")):
            return _answer(self.app.handle(request))
        return self.dashboard.respond(request) or _answer(self.app.handle(request))


def _answer(response: Response) -> Answer:
    return response.status, [(name.title(), value) for name, value in response.headers.items()], response.body


def _plain(status: int, text: str) -> Answer:
    return status, [("Content-Type", "text/plain; charset=utf-8")], text.encode()


def _read(environ: "WSGIEnvironment") -> Request | None:
    body = _body(environ)
    if body is None:
        return None
    headers: dict[str, str] = {}
    for name in _NAMED:
        value = environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        if value is not None:
            headers[name] = value
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], headers, body)


def _body(environ: "WSGIEnvironment") -> bytes | None:
    """The body, whose length is not told where it comes in chunks; None where it is too large."""
    told = "HTTP_TRANSFER_ENCODING" not in environ
    length = int(environ.get("CONTENT_LENGTH") or 0) if told else MAX_BODY + 1
    if told and length > MAX_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    return body if len(body) <= MAX_BODY else None


def _hang_up(environ: "WSGIEnvironment", after: float) -> Iterable[bytes]:
    """Let the client hear nothing: wait, then close the connection under it."""
    time.sleep(after)
    connection: Any = environ.get("gunicorn.socket")
    if connection is not None:
        connection.shutdown(2)
    return []
