"""Without test keys nothing is done against Stripe, and the command says so."""

import subprocess
import sys

import pytest

from tests.support.servers import ROOT


def _run(**keys: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "tests.real_stripe"]
    environment = {"PATH": "/usr/bin:/bin", **keys}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "keys", [{}, {"STRIPE_SECRET_KEY": "sk_test_x"}, {"STRIPE_PUBLISHABLE_KEY": "pk_test_x"}]
)
def test_without_both_keys_nothing_is_done(keys: dict[str, str]) -> None:
    status, told = _run(**keys)

    assert status == 0
    assert told.startswith("Nothing was done: set STRIPE_")


@pytest.mark.parametrize(
    ("secret", "publishable", "wrong"),
    [
        ("sk_live_x", "pk_test_x", "STRIPE_SECRET_KEY"),
        ("sk_test_x", "pk_live_x", "STRIPE_PUBLISHABLE_KEY"),
    ],
)
def test_live_keys_are_refused(secret: str, publishable: str, wrong: str) -> None:
    status, told = _run(STRIPE_SECRET_KEY=secret, STRIPE_PUBLISHABLE_KEY=publishable)

    assert status == 2
    assert told.startswith(f"{wrong} is not a test key")
