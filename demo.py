"""`make run`: the whole portal on this machine, with demo data and an offline Stripe. Ctrl-C stops
all of it.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from dotenv import dotenv_values
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

ROOT = Path(__file__).resolve().parent
VAR = ROOT / "var"
LOGS = VAR / "log"
START_SECONDS = 60
STOP_SECONDS = 25
SIGN_INS = {
    "alice@example.test": "a patient, with two years of payments",
    "bob@example.test": "another patient, without bills",
    "clara@example.test": "Alice's clinician",
    "adam@example.test": "an administrator",
}
out = Console(highlight=False, soft_wrap=True)


class Stop(Exception):
    """Ends the run; the text says why, in one line."""


class Asked(Exception):
    """Somebody asked for the end: Ctrl-C, or a signal."""


class Programs:
    """The running processes, each in a process group of its own, its output in var/log."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        # setpriv ends the process even where this one is killed without a chance to do so.
        leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        with (LOGS / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [*leash, sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=dict(self._environment),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def finish(self, *arguments: str) -> None:
        """Run a command to its end, in the foreground."""
        if subprocess.run(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=dict(self._environment), check=False
        ).returncode:
            raise Stop(f"`{' '.join(arguments)}` failed")

    def check(self) -> None:
        """Raise Stop where a process has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise Stop(
                    f"the {name} ended (exit {process.returncode}); its last words are in "
                    f"{LOGS / name}.log"
                )

    def await_answer(self, url: str) -> None:
        """Wait until `url` answers 200."""
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            self.check()
            try:
                with urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        raise Stop(f"{url} did not answer within {START_SECONDS} seconds; see {LOGS}")

    def stop(self) -> None:
        """Ask all to end, wait, and make those end that did not."""
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        give_up = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.0, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # all of it has ended
        os.killpg(process.pid, number)


def port(name: str, default: int) -> int:
    """The port in the environment variable `name`, checked to be free."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"{name} must be a port number, not {text!r}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError:
            raise Stop(
                f"port {text} is in use; stop what uses it, or run: {name}=… make run"
            ) from None
    return int(text)


def demo_keys() -> dict[str, str]:
    """Keys of this folder's demo, made once, so that sessions and payments outlive a restart."""
    file = VAR / "demo-keys.json"
    if not file.exists():
        account = secrets.token_hex(12)
        keys = {
            "SECRET_KEY": secrets.token_hex(32),
            "STRIPE_SECRET_KEY": f"sk_test_{account}",
            "STRIPE_PUBLISHABLE_KEY": f"pk_test_{account}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
        }
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
            json.dump(keys, text)
    loaded: dict[str, str] = json.loads(file.read_text())
    return loaded


def settings(portal_port: int, stripe_url: str) -> dict[str, str]:
    """The environment of every process: what already stands in it, or in .env, is respected."""
    own = {
        "PORTAL_ENV": "development",
        "PUBLIC_BASE_URL": f"http://localhost:{portal_port}",
        **demo_keys(),
        "STRIPE_API_BASE": stripe_url,
        "STRIPE_JS_URL": f"{stripe_url}/endive/stripe.js",
    }
    given = {
        name: value
        for name, value in {**dotenv_values(ROOT / ".env"), **os.environ}.items()
        if value
    }
    if given.get("STRIPE_API_BASE", stripe_url) != stripe_url:
        del own["STRIPE_JS_URL"]  # the portal knows which script belongs to Stripe's own address
    return {**own, **given, "PORT": str(portal_port)}


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[Programs]:
    programs = Programs(environment)
    try:
        yield programs
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        programs.stop()


def run() -> None:
    """Start everything, say where it is, and stay until told to stop or until a part ends."""
    portal_port, stripe_port = port("PORT", 8000), port("FAKE_STRIPE_PORT", 12111)
    LOGS.mkdir(parents=True, exist_ok=True)
    stripe_url = f"http://127.0.0.1:{stripe_port}"
    environment = settings(portal_port, stripe_url)
    offline = environment["STRIPE_API_BASE"] == stripe_url
    with running(environment) as programs:
        if offline:
            programs.start("offline-stripe", *offline_stripe(environment, stripe_port))
        out.print("Preparing the database …")
        programs.finish("portal", "migrate")
        if offline:
            programs.await_answer(f"{stripe_url}/_control/health")
            out.print("Playing the demo's history …")
        # Before anybody can look, and before a worker of today meets payments of the past.
        programs.finish("portal", "seed-demo")
        out.print("Starting the portal …")
        programs.start("worker", "portal", "worker")
        programs.start("portal", "portal", "serve")
        programs.await_answer(f"http://127.0.0.1:{portal_port}/readyz")
        greet(environment, stripe_url if offline else None)
        while True:
            programs.check()
            time.sleep(0.2)


def offline_stripe(environment: Mapping[str, str], stripe_port: int) -> list[str]:
    webhook_secret = environment["STRIPE_WEBHOOK_SECRET"].partition(",")[0].strip()
    options = {
        "--port": str(stripe_port),
        "--webhook-url": f"http://localhost:{environment['PORT']}/webhooks/stripe",
        "--webhook-secret": webhook_secret,
        "--state": str(VAR / "fake-stripe.sqlite3"),
    }
    return ["fake_stripe", *(text for option in options.items() for text in option)]


def greet(environment: Mapping[str, str], stripe_url: str | None) -> None:
    """Print the addresses and who can sign in."""
    table = Table.grid(padding=(0, 2))
    table.add_row("Portal", f"[bold]{environment['PUBLIC_BASE_URL']}[/bold]")
    table.add_row("Offline Stripe", stripe_url or "not started: Stripe's own test mode is used")
    table.add_row("Mails", environment.get("SMTP_URL") or str(VAR / "mail"))
    table.add_row("Logs", str(LOGS))
    table.add_row()
    table.add_row("Password", "[bold]demo-password[/bold]")
    for email, words in SIGN_INS.items():
        table.add_row(
            "Sign in as" if email.startswith("alice") else "", f"{email}  [dim]{words}[/dim]"
        )
    table.add_row()
    table.add_row("Test cards", "4242 4242 4242 4242  [dim]is paid[/dim]")
    table.add_row("", "4000 0000 0000 0002  [dim]is declined[/dim]")
    table.add_row("", "4000 0027 6000 3184  [dim]asks for 3-D Secure[/dim]")
    table.add_row("", "[dim]with any date in the future and any code[/dim]")
    out.print(
        Panel(
            table, title="Patient payment portal", subtitle="Ctrl-C stops everything", expand=False
        )
    )


def _asked(number: int, frame: object) -> None:
    raise Asked


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _asked)
    try:
        run()
    except Asked:
        out.print("Stopped.")
    except Stop as reason:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"make run: {reason}", markup=False
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
