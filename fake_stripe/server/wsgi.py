"""The offline Stripe as one WSGI application.

It has four parts: API, Stripe.js with its frames, control surface, dashboard.
"""

import logging
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fake_stripe.browser import pages
from fake_stripe.control.surface import Control
from fake_stripe.core import OfflineStripe, Request, Response
from fake_stripe.dashboard.pages import Dashboard
from fake_stripe.errors import ApiError, ConnectionDropped, crashed
from fake_stripe.http.multipart import UPLOADS
from fake_stripe.http.visitors import is_called_by_name, is_from_another_site
from fake_stripe.json_text import encoded

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("fake_stripe.server.wsgi")
MAX_BODY = 1_000_000
# Somewhat more than the largest file that may be uploaded.
MAX_UPLOAD = 6_000_000
_NAMED = (
    "authorization",
    "host",
    "idempotency-key",
    "origin",
    "sec-fetch-site",
    "stripe-account",
    "stripe-context",
    "stripe-version",
    "user-agent",
)


class Application:
    """The WSGI entry point."""

    def __init__(self, app: OfflineStripe) -> None:
        self.app = app
        self.control = Control(app)
        self.dashboard = Dashboard(app)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            response = self._respond(environ)
        except ConnectionDropped as dropped:
            return _hang_up(environ, dropped.seconds)
        except ApiError as error:
            response = _refusal(error)
        headers = [(name.title(), value) for name, value in response.headers.items()]
        headers.append(("Content-Length", str(len(response.body))))
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", headers)
        return [response.body]

    def _respond(self, environ: "WSGIEnvironment") -> Response:
        if not is_called_by_name(environ.get("HTTP_HOST", "localhost")):
            raise ApiError(
                "The offline Stripe is called by the names of this machine only, such as "
                "127.0.0.1.",
                status=403,
            )
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD") and pages.is_ours(path):
            return _loaded(path)
        request = _read(environ)
        if path.startswith("/_control/"):
            return self.control.respond(request)
        if path.startswith(("/v1/", "/_frames/")):
            return self.app.handle(request)
        return self._page(request) or self.app.handle(request)

    def _page(self, request: Request) -> Response | None:
        """A page of the dashboard, or what a button of it does: no other site may press them."""
        if request.method == "POST" and is_from_another_site(request.headers):
            raise ApiError("The dashboard does nothing for other sites.", status=403)
        try:
            return self.dashboard.respond(request)
        except Exception:  # whatever it was: no stack trace leaves the process
            log.exception("a page crashed: %s %s", request.method, request.path)
            raise crashed() from None


def _refusal(error: ApiError) -> Response:
    return Response(
        error.status, {"content-type": "application/json"}, encoded({"error": error.body})
    )


def _loaded(path: str) -> Response:
    """What a browser loads: Stripe.js and its frames."""
    found = pages.respond(path)
    if found is None:
        return Response(404, {"content-type": "text/plain; charset=utf-8"}, b"Not found")
    status, headers, body = found
    return Response(status, dict(headers), body)


def _read(environ: "WSGIEnvironment") -> Request:
    """Raises ApiError for a body that is too large or did not come whole."""
    headers: dict[str, str] = {}
    for name in _NAMED:
        value = environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        if value is not None:
            headers[name] = value
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    # WSGI gives the bytes of a path as Latin-1.
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    return Request(
        environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], headers, _body(environ, path)
    )


def _body(environ: "WSGIEnvironment", path: str) -> bytes:
    """The body, whose length is not told where it comes in chunks."""
    most = {UPLOADS: MAX_UPLOAD}.get(path, MAX_BODY)
    body: bytes
    if "HTTP_TRANSFER_ENCODING" in environ:
        body = environ["wsgi.input"].read(most + 1)
        _check_length(len(body), most)
        return body
    length = int(environ.get("CONTENT_LENGTH") or 0)
    _check_length(length, most)
    body = environ["wsgi.input"].read(length)
    if len(body) < length:
        raise ApiError("The request body ended before its Content-Length.")
    return body


def _check_length(length: int, most: int) -> None:
    if length > most:
        raise ApiError("The request body is too large.", status=413)


def _hang_up(environ: "WSGIEnvironment", after: float) -> Iterable[bytes]:
    """Let the client hear nothing: wait, then close the connection under it."""
    time.sleep(after)
    connection: Any = environ.get("gunicorn.socket")
    if connection is not None:
        with suppress(OSError):  # the client was first
            connection.shutdown(socket.SHUT_RDWR)
    return []
