"""`make real-stripe`: stripe_api and the checkout page against Stripe's test mode."""

import os
import subprocess
import sys
from pathlib import Path

from tests.real_stripe.account import WANTED

KEYS = {"STRIPE_SECRET_KEY": ("sk_test_", "rk_test_"), "STRIPE_PUBLISHABLE_KEY": ("pk_test_",)}


def main() -> int:
    """0 where all is well or nothing was asked for, 1 where Stripe differs, 2 for keys that must
    not be used.
    """
    given = {name: os.environ.get(name, "") for name in KEYS}
    absent = [name for name, value in given.items() if not value]
    if absent:
        return _say(
            f"Nothing was done: set {' and '.join(absent)} to a Stripe account's test keys.", 0
        )
    wrong = [name for name, value in given.items() if not value.startswith(KEYS[name])]
    if wrong:
        return _say(
            f"{wrong[0]} is not a test key: it must begin with {' or '.join(KEYS[wrong[0]])}.", 2
        )
    folder = Path(__file__).parent
    files = [str(folder / name) for name in ("test_stripe_api.py", "checkout_page.py")]
    # The guard that keeps tests on this machine stays out of this one run.
    options = ["-p", "no:tests.support.network", "-n", "0", "-q", "--tb=short"]
    command = [sys.executable, "-m", "pytest", *options, *files]
    return subprocess.run(command, env={**os.environ, WANTED: "1"}, check=False).returncode


def _say(line: str, status: int) -> int:
    sys.stderr.write(line + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
