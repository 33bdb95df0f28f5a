"""`make run`, from its start to Ctrl-C, in a folder of its own."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.servers import free_port

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]
READY = "Ctrl-C stops everything"
PATIENCE_SECONDS = 90


@dataclass
class Demo:
    process: subprocess.Popen[bytes]
    output: Path
    ports: tuple[int, int]

    def says(self) -> str:
        return self.output.read_text()

    def await_ready(self) -> None:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while READY not in self.says():
            assert self.process.poll() is None, self.says()
            assert time.monotonic() < give_up, self.says()
            time.sleep(0.1)

    def parts(self) -> list[int]:
        """The process ids of what it started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def await_end(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def assert_nothing_is_left(self) -> None:
        for port in self.ports:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose var/ is its own; what finds its place by itself is copied, the rest is
    linked.

    Whichever test starts it first makes the demo's data, and the next finds them, as on a person's
    second day.
    """
    path = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "demo.py", path)
    shutil.copytree(ROOT / "portal", path / "portal")
    for name in ("invoices", "fake_stripe", "templates", "static"):
        (path / name).symlink_to(ROOT / name)
    return path


@contextmanager
def demo(folder: Path, portal_port: int, stripe_port: int) -> Iterator[Demo]:
    inherited = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    environment = inherited | {"PORT": str(portal_port), "FAKE_STRIPE_PORT": str(stripe_port)}
    output = folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "demo.py"],
            cwd=folder,
            env=environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        yield Demo(process, output, (portal_port, stripe_port))
    finally:
        process.kill()
        process.wait()


def test_one_command_starts_all_and_ctrl_c_stops_all(folder: Path) -> None:
    with demo(folder, free_port(), free_port()) as running:
        running.await_ready()
        said = running.says()
        for words in (
            f"http://localhost:{running.ports[0]}",
            "alice@example.test",
            "adam@example.test",
            "demo-password",
        ):
            assert words in said
        with urlopen(f"http://localhost:{running.ports[0]}/sign-in", timeout=20) as page:
            assert b"<h1" in page.read()
        assert payment_states(folder) == {
            "paid",
            "open",
            "action",
            "processing",
            "review",
            "canceled",
        }
        running.process.send_signal(signal.SIGINT)
        assert running.await_end() == 0, running.says()
        running.assert_nothing_is_left()


def payment_states(folder: Path) -> set[str]:
    """The states that a patient of the demo can look at."""
    with closing(sqlite3.connect(folder / "var" / "portal.sqlite3")) as database:
        return {state for (state,) in database.execute("select distinct state from payments")}


def test_when_one_part_ends_all_end_and_a_line_says_which(folder: Path) -> None:
    with demo(folder, free_port(), free_port()) as running:
        running.await_ready()
        os.kill(running.parts()[1], signal.SIGKILL)
        assert running.await_end() == 1
        assert "the worker ended" in running.says().splitlines()[-1]
        running.assert_nothing_is_left()


def test_a_port_in_use_is_one_line(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with demo(folder, taken, free_port()) as running:
            assert running.await_end() == 1
            assert (
                running.says()
                == f"make run: port {taken} is in use; stop what uses it, or run: PORT=… make run\n"
            )
