"""The least that a Flask application can do, on the server that the offline Stripe uses."""

import sys

from flask import Flask
from gunicorn.app.base import BaseApplication

from fake_stripe.server.process import OPTIONS

app = Flask(__name__)


@app.route("/hello", methods=["GET", "POST"])
def hello() -> str:
    return "Hello, World!"


class Server(BaseApplication):  # type: ignore[misc]
    """Serves `app` on 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        for name, value in {**OPTIONS, "bind": f"127.0.0.1:{self._port}"}.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return app


if __name__ == "__main__":
    Server(int(sys.argv[1])).run()
