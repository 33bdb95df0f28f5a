"""What is compared: each contestant makes calls and says how many a second it managed."""

import base64
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from fake_stripe.core import OfflineStripe, Request
from tests.bench.hello import app as hello_app
from tests.support.servers import Program, free_port

KEY = "sk_test_bench"
INTENTS = "/v1/payment_intents"
CREATE = urlencode({"amount": 5000, "currency": "gbp"})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LOCALSTRIPE = "localstripe==1.15.10"
SECONDS_TO_START = 30


@dataclass(frozen=True)
class Contestant:
    """`pair` makes two calls: create and retrieve, or two hellos."""

    name: str
    where: str
    pair: Callable[[], None]

    def rate(self, pairs: int) -> float:
        """Calls per second over so many pairs."""
        began = time.perf_counter()
        for _ in range(pairs):
            self.pair()
        return 2 * pairs / (time.perf_counter() - began)


def in_process() -> list[Contestant]:
    """The offline Stripe and the Flask hello called as functions."""
    offline = OfflineStripe()
    headers = {"authorization": f"Bearer {KEY}", "content-type": FORM["Content-Type"]}

    def pay() -> None:
        made = offline.handle(Request("POST", INTENTS, headers=headers, body=CREATE.encode()))
        found = offline.handle(
            Request("GET", f"{INTENTS}/{json.loads(made.body)['id']}", headers=headers)
        )
        assert (made.status, found.status) == (200, 200)

    def greet() -> None:
        for method in ("POST", "GET"):
            environ = {
                "REQUEST_METHOD": method, "PATH_INFO": "/hello",
                "SERVER_NAME": "localhost", "SERVER_PORT": "80",
                "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
            }  # fmt: skip
            assert b"".join(hello_app(environ, lambda *_: lambda _: None)) == b"Hello, World!"

    return [
        Contestant("offline Stripe", "in process", pay),
        Contestant("bare Flask hello", "in process", greet),
    ]


@contextmanager
def over_loopback(folder: Path) -> Iterator[list[Contestant]]:
    """Each as a server of its own, called over one connection that is kept open.

    localstripe is among them where it can be run.
    """
    with ExitStack() as running:
        contestants = []
        port = free_port()
        running.enter_context(
            _serving("offline Stripe", folder, port, sys.executable, "-m", "fake_stripe", "--port")
        )
        contestants.append(Contestant("offline Stripe", "over loopback", _payments(port)))
        port = free_port()
        running.enter_context(
            _serving("hello", folder, port, sys.executable, "-m", "tests.bench.hello")
        )
        contestants.append(Contestant("bare Flask hello", "over loopback", _hellos(port)))
        localstripe = _localstripe(folder)
        if localstripe:
            port = free_port()
            # Else it begins with what an earlier run left, and writes all of it at every call.
            command = (str(localstripe), "--from-scratch", "--port")
            try:
                running.enter_context(_serving("localstripe", folder, port, *command))
                contestants.append(Contestant("localstripe", "over loopback", _payments(port)))
            except RuntimeError as error:
                sys.stderr.write(f"{error}; see {folder}\n")
        yield contestants


def _payments(port: int) -> Callable[[], None]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {**FORM, "Authorization": "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()}

    def pair() -> None:
        made = json.loads(_call(connection, "POST", INTENTS, headers, CREATE))
        found = json.loads(_call(connection, "GET", f"{INTENTS}/{made['id']}", headers))
        assert made["id"] == found["id"]

    return pair


def _hellos(port: int) -> Callable[[], None]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)

    def pair() -> None:
        _call(connection, "POST", "/hello", FORM, CREATE)
        _call(connection, "GET", "/hello", FORM)

    return pair


def _call(
    connection: HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str | None = None,
) -> bytes:
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 200, content
    return content


@contextmanager
def _serving(name: str, folder: Path, port: int, *command: str) -> Iterator[None]:
    program = Program(
        name, (*command, str(port)), {"PATH": "/usr/bin:/bin"}, folder / f"{name}.log"
    )
    program.start()
    try:
        _await_port(name, port)
        yield
    finally:
        program.stop()


def _await_port(name: str, port: int) -> None:
    """Until it answers anything. Raises RuntimeError where it does not."""
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{name} did not start")


def _localstripe(folder: Path) -> Path | None:
    """localstripe's command in an environment of its own, or None where it cannot be installed."""
    home = folder / "localstripe"
    program = home / "bin" / "localstripe"
    if not program.exists():
        make = [sys.executable, "-m", "venv", "--clear", str(home)]
        install = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", LOCALSTRIPE]
        for command in (make, install):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.stderr.write(
                    f"{LOCALSTRIPE} could not be installed: "
                    f"{done.stderr.strip().splitlines()[-1]}\n"
                )
                return None
    return program
