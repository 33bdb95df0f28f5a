"""The web server: gunicorn with threads, each worker with a portal of its own."""

from functools import partial

from flask import Flask, Response
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest

from portal.application import create_app, create_portal
from portal.settings import Settings


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Serves until SIGTERM or SIGINT; requests that have begun are finished.

    Two threads of `threads` never wait for Stripe: pages without it are served, however slow it is.
    """

    def __init__(self, settings: Settings, address: str, workers: int, threads: int) -> None:
        self._settings = settings
        self._stripe_calls = max(1, threads - 2)
        self._options: dict[str, object] = {
            "bind": address,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "keepalive": 5,
            "graceful_timeout": 20,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in each worker after the fork: connections must not be shared."""
        app = create_app(create_portal(self._settings, self._stripe_calls))
        # Raised where a page reads the body; werkzeug knows only what goes wrong with the socket.
        app.register_error_handler(ParseException, partial(_bad_body, app))
        return app


def _bad_body(app: Flask, error: ParseException) -> Response:
    """A body that is no HTTP, such as one in broken chunks, is the sender's mistake."""
    return app.make_response(app.handle_user_exception(BadRequest()))
