"""Serving on loopback: gunicorn with one process (the store lives in it) and a few threads."""

import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from fake_stripe.core import OfflineStripe
from fake_stripe.runtime.store import StateUnusable
from fake_stripe.server import worker
from fake_stripe.server.wsgi import Application

log = logging.getLogger("fake_stripe.server.process")
# One worker, because the store lives in it.
OPTIONS = {
    "workers": 1,
    # As many clients can be slow, or held by an injected fault, before others have to wait.
    "threads": 128,
    "limit_request_line": 8190,
    "worker_class": "gthread",
    "keepalive": 75,
    "timeout": 0,
    "graceful_timeout": 10,
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
        try:
            app = self._make()
        except StateUnusable as error:
            log.error("%s", error)
            sys.exit(Arbiter.APP_LOAD_ERROR)
        worker.start(app)
        # Seconds that requests have to end; the arbiter waits until the state file is closed.
        self.cfg.set("graceful_timeout", 1)
        self.cfg.set("worker_exit", _ender(app))
        return Application(app)


def _ender(app: OfflineStripe) -> Callable[[object, object], NoReturn]:
    def end(arbiter: object, process: object) -> NoReturn:
        """Let go of the state file and end, whoever is still kept waiting by an injected fault."""
        app.close()
        os._exit(0)

    return end
