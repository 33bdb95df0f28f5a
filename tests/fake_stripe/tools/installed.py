"""Stripe's own tools as `setup.sh test` installed them: command line, compiler, types."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MODULES = ROOT / ".venv" / "stripe-tools" / "node_modules"
PROGRAMS = {
    "tsc": MODULES / ".bin" / "tsc",
    "stripe": MODULES / "@stripe" / "cli-linux-x64" / "bin" / "stripe",
}
TYPES = MODULES / "@stripe" / "stripe-js" / "dist" / "stripe-js"
BASE_CONFIG = Path(__file__).parent / "tsconfig.json"
SECONDS = 120


def run_tool(
    name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `tsc` or `stripe` to its end. Fails the test in one line where it is not there."""
    program = PROGRAMS[name]
    if not program.exists():
        pytest.fail(
            f"{name} is not installed: run ./setup.sh test, which needs nodejs and npm",
            pytrace=False,
        )
    command = [str(program), *arguments]
    variables = None if environment is None else dict(environment)
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=SECONDS, env=variables
    )


def type_mistakes(folder: Path, files: Sequence[Path]) -> list[str]:
    """What the compiler has against the scripts; `folder` is for its settings."""
    settings = folder / "tsconfig.json"
    settings.write_text(
        json.dumps({"extends": str(BASE_CONFIG), "files": [str(file) for file in files]})
    )
    found = run_tool("tsc", ["-p", str(settings), "--pretty", "false"])
    mistakes = found.stdout.splitlines()
    assert bool(mistakes) == bool(found.returncode), found.stderr
    return mistakes
