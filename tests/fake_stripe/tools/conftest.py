"""An offline Stripe as a process, and the official command line pointed at it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.fake_stripe.tools.installed import run_tool
from tests.support.servers import Program, free_port, strict_stripe

KEY = "sk_test_commandline"


@dataclass(frozen=True)
class CommandLine:
    """The official `stripe` command with a secret key, its settings in a folder of their own."""

    address: str
    home: Path

    def run(self, *arguments: str) -> CompletedProcess[str]:
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
            "STRIPE_NO_AUTO_UPDATE": "1",
        }
        where = ("--api-base", self.address, "--api-key", KEY, "--color", "off")
        return run_tool("stripe", (*arguments, *where), environment)

    def ask(self, *arguments: str) -> dict[str, Any]:
        """A resource command; its answer. An error of Stripe's is `{"error": …}`."""
        finished = self.run(*arguments)
        try:
            answer: dict[str, Any] = json.loads(finished.stdout[finished.stdout.index("{") :])
        except ValueError:
            raise AssertionError(f"{arguments}: {finished.stdout} {finished.stderr}") from None
        return answer


@pytest.fixture(scope="session")
def offline_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = strict_stripe(port)
    program = Program(
        "offline Stripe",
        command,
        {"PATH": "/usr/bin:/bin"},
        tmp_path_factory.mktemp("stripe") / "log",
    )
    program.start()
    try:
        program.await_answer(f"{address}/_control/health")
        yield address
    finally:
        program.stop()


@pytest.fixture
def command_line(offline_address: str, tmp_path: Path) -> CommandLine:
    return CommandLine(offline_address, tmp_path)
