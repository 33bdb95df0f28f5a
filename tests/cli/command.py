"""The `portal` command, run as an operator runs it."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

from portal.cli import main

ROOT = Path(__file__).resolve().parents[2]
Done = subprocess.CompletedProcess[str]


def portal_process(environment: Mapping[str, str], *arguments: str, typed: bytes = b"") -> Done:
    """Run to its end in a process of its own, with `typed` on standard input."""
    command = [sys.executable, "-m", "portal", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(environment), input=typed, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(
        command, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def portal_command(environment: Mapping[str, str], *arguments: str) -> Done:
    """Run to its end in this process, which spares it the start."""
    command = ["portal", *arguments]
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "argv", command),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code or 0
    assert isinstance(code, int)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def assert_one_line(done: Done, *words: str) -> None:
    """A person's mistake: exit 2, one line on stderr that has these words."""
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("portal: "), done.stderr
    for word in words:
        assert word in done.stderr


def assert_done(done: Done) -> None:
    """All went well, and there was nothing to say."""
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
