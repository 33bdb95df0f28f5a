"""The web server: gunicorn with threads, each worker with a portal of its own."""

from flask import Flask
from gunicorn.app.base import BaseApplication

from portal.application import create_app, create_portal
from portal.settings import Settings


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Serves until SIGTERM or SIGINT; requests that have begun are finished."""

    def __init__(self, settings: Settings, address: str, workers: int, threads: int) -> None:
        self._settings = settings
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
        return create_app(create_portal(self._settings))
