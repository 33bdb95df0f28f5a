"""The portal's web server in a process of its own, and requests to it down to the byte."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.settings import Settings
from tests.support.portals import environment_of
from tests.support.servers import Program, free_port

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Served:
    """A running `portal serve`."""

    port: int
    program: Program

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def exchange(self, *parts: bytes) -> bytes:
        """Send the bytes of one request, say no more, and give back all that is answered."""
        with self.connect() as connection:
            for part in parts:
                connection.sendall(part)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Settings], Served]]:
    """`serve(settings)` starts the web server as an operator does, and waits until it answers."""
    with ExitStack() as stack:

        def start(settings: Settings) -> Served:
            port = free_port()
            environment = environment_of(settings) | {"PORT": str(port)}
            command = [sys.executable, "-m", "portal", "serve"]
            program = Program("portal", command, environment, tmp_path / "portal.log")
            stack.callback(program.stop)
            program.start()
            program.await_answer(f"http://localhost:{port}/healthz")
            return Served(port, program)

        yield start
