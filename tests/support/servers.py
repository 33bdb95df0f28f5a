"""Real processes for journeys: the offline Stripe, the portal under gunicorn, its worker."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30
STOP_SECONDS = 10


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def strict_stripe(port: int, *options: str) -> tuple[str, ...]:
    """The command line of an offline Stripe that takes requests of its own version only."""
    return (sys.executable, "-m", "fake_stripe", "--strict-version", "--port", str(port), *options)


@dataclass
class Program:
    """One process of ours, its output in a file."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, then make it; its whole process group goes."""
        if self.process is None:
            return
        for each in (number, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, each)
            except ProcessLookupError:
                break
            try:
                self.process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def await_answer(self, url: str) -> None:
        """Wait until `url` answers 200. Raises RuntimeError with the log where it does not."""
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                with urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()[-4000:]}")


@dataclass
class Servers:
    """A whole installation in `folder`: `with Servers(folder, database_url) as servers:
    servers.portal_url`.
    """

    folder: Path
    database_url: str
    changes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        portal_port, stripe_port = free_port(), free_port()
        self.portal_url = f"http://localhost:{portal_port}"
        self.stripe_url = f"http://127.0.0.1:{stripe_port}"
        secret = f"whsec_{secrets.token_hex(8)}"
        account = secrets.token_hex(8)
        inherited = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG", "TMPDIR")
            if name in os.environ
        }
        self.environment = {
            **inherited,
            "PORTAL_ENV": "development",
            "PORT": str(portal_port),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": secrets.token_hex(32),
            "PUBLIC_BASE_URL": self.portal_url,
            "STRIPE_SECRET_KEY": f"sk_test_{account}",
            "STRIPE_PUBLISHABLE_KEY": f"pk_test_{account}",
            "STRIPE_WEBHOOK_SECRET": secret,
            "STRIPE_API_BASE": self.stripe_url,
            "STRIPE_JS_URL": f"{self.stripe_url}/endive/stripe.js",
            "DOCUMENT_STORE": (self.folder / "documents").as_uri(),
            "MAIL_DIRECTORY": str(self.folder / "mail"),
            "QUEUE_URL": f"sqlite:///{self.folder / 'queue.sqlite3'}",
            **self.changes,
        }
        hook = ("--webhook-url", f"{self.portal_url}/webhooks/stripe", "--webhook-secret", secret)
        self.stripe = self._program("stripe", strict_stripe(stripe_port, *hook))
        self.portal = self._program("portal", self.command("serve"))
        self.worker = self._program("worker", self.command("worker"))

    def command(self, *arguments: str) -> tuple[str, ...]:
        """A `portal` command line."""
        return (sys.executable, "-m", "portal", *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `portal` command to its end in this installation."""
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _program(self, name: str, command: Sequence[str]) -> Program:
        return Program(name, command, self.environment, self.folder / f"{name}.log")

    def __enter__(self) -> Self:
        try:
            self.stripe.start()
            self.portal.start()
            self.worker.start()
            self.stripe.await_answer(f"{self.stripe_url}/_control/health")
            self.portal.await_answer(f"{self.portal_url}/readyz")
        except BaseException:  # Ctrl-C too must leave no process behind
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for program in (self.worker, self.portal, self.stripe):
            program.stop()
