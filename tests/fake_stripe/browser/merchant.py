"""A small shop on localhost: one page with Stripe.js under a strict policy."""

import threading
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

STYLES = """
:root { color-scheme: light dark; background: light-dark(#fff, #172026) }
body { margin: 16px; max-width: 480px; font: 16px sans-serif }
#payment, #address { margin-block: 12px }
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/shop.css">
<script nonce="{nonce}" src="{stripe}/endive/stripe.js?advancedFraudSignals=false"></script></head>
<body><main><h1>Pay</h1><form id="checkout"><div id="address"></div><div id="payment"></div>
<button type="submit">Pay</button></form></main></body></html>
"""
_FONT_FILE = (
    Path(__file__).resolve().parents[3] / "static" / "fonts" / "SourceSans3VF-Upright.ttf.woff2"
)
FONT = "data:font/woff2;base64," + b64encode(_FONT_FILE.read_bytes()).decode()
SHEET = f"/* ours */ @font-face {{ font-family: 'Sheeted'; src: url({FONT}) }}".encode()
NONCE = "bm9uY2Ugb2YgdGhlIHNob3A"


@dataclass
class Shop:
    """`requests` is all that the shop's server was sent: request line, headers and body."""

    stripe: str
    origin: str = ""
    requests: list[str] = field(default_factory=list)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.requests.append(
            f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} "
            f"{environ} {body!r}"
        )
        if environ["PATH_INFO"] == "/shop.css":
            start_response("200 OK", [("Content-Type", "text/css")])
            return [STYLES.encode()]
        if environ["PATH_INFO"] == "/fonts.css":
            start_response("200 OK", [("Content-Type", "text/css")])
            return [SHEET]
        policy = (
            f"default-src 'none'; script-src 'nonce-{NONCE}' {self.stripe}; frame-src "
            f"{self.stripe}; connect-src 'self' {self.stripe}; style-src 'self'; base-uri 'none'; "
            "form-action 'self'"
        )
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy),
        ]
        start_response("200 OK", headers)
        return [PAGE.format(nonce=NONCE, stripe=self.stripe).encode()]


class _Server(ThreadingMixIn, WSGIServer):
    """A browser opens connections ahead of need, which must keep nobody waiting."""

    daemon_threads = True
    block_on_close = False


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nobody reads a test server's log."""


@contextmanager
def open_shop(stripe: str) -> Iterator[Shop]:
    """Serve a shop that uses the offline Stripe at the origin `stripe`."""
    shop = Shop(stripe)
    server = make_server("localhost", 0, shop, server_class=_Server, handler_class=_Silent)
    shop.origin = f"http://localhost:{server.server_port}"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
