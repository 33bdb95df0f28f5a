"""Serving on loopback: gunicorn with one process (the store lives in it) and a few threads."""

from collections.abc import Callable

from gunicorn.app.base import BaseApplication

from fake_stripe import worker
from fake_stripe.core import OfflineStripe
from fake_stripe.wsgi import Application

# One worker, because the store lives in it.
OPTIONS = {
    "workers": 1,
    "threads": 16,
    "worker_class": "gthread",
    "keepalive": 75,
    "timeout": 0,
    "graceful_timeout": 2,
    "loglevel": "warning",
    "control_socket_disable": True,
}


class Server(BaseApplication):  # type: ignore[misc]
    """`make` is called in the process that serves, so that the store and its thread live there."""

    def __init__(self, port: int, make: Callable[[], OfflineStripe]) -> None:
        self._port = port
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        for name, value in {**OPTIONS, "bind": f"127.0.0.1:{self._port}"}.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Application:
        app = self._make()
        worker.start(app)
        return Application(app)
