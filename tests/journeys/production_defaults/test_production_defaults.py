"""The whole journey with the portal on its production defaults, in a network of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.long]
UNSHARE = (
    "unshare",
    "--net",
    "--mount",
    *(() if os.geteuid() == 0 else ("--user", "--map-root-user")),
)
MODULE = "tests.journeys.production_defaults.namespace"
SECONDS = 300


def _why_not() -> str | None:
    """Why this machine gives no namespaces, or None."""
    try:
        tried = subprocess.run([*UNSHARE, "true"], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return tried.stderr.strip() or "unshare failed" if tried.returncode else None


def test_alice_pays_where_only_the_certificate_authority_differs(tmp_path: Path) -> None:
    refused = _why_not()
    if refused:
        message = f"network namespaces are not allowed here: {refused}"
        pytest.fail(message, pytrace=False) if os.environ.get("CI") else pytest.skip(message)
    command = [*UNSHARE, sys.executable, "-m", MODULE, str(tmp_path)]

    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS
    )

    assert ran.returncode == 0, f"{ran.stdout[-6000:]}\n{ran.stderr[-2000:]}"
    assert "1 passed" in ran.stdout
