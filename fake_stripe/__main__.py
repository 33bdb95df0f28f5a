"""`python -m fake_stripe`: serve an offline Stripe on 127.0.0.1."""

import argparse
import logging
import socket
import time
from errno import EADDRINUSE

from fake_stripe.core import OfflineStripe
from fake_stripe.deliveries.post import is_address
from fake_stripe.http.credentials import account_named
from fake_stripe.runtime.settings import DEFAULT_WEBHOOK_SECRET
from fake_stripe.runtime.store import StateUnusable, Store
from fake_stripe.server.process import Server


def main() -> None:
    """Parse the command line and serve until stopped."""
    parser = argparse.ArgumentParser(
        prog="fake_stripe", description="An offline Stripe. A fake: no money moves."
    )
    parser.add_argument(
        "--port", type=_port, default=12111, help="port on 127.0.0.1 (default: %(default)s)"
    )
    parser.add_argument(
        "--webhook-url",
        type=_url,
        help="where events go for accounts without endpoints of their own",
    )
    parser.add_argument(
        "--webhook-secret", default=DEFAULT_WEBHOOK_SECRET, help="what those events are signed with"
    )
    parser.add_argument(
        "--account",
        metavar="KEY",
        type=_account,
        help="secret key of the account that control calls are for where they name none "
        "(default: the first that is seen)",
    )
    parser.add_argument(
        "--strict-version",
        action="store_true",
        help="refuse requests for another version of the API than the one spoken here",
    )
    parser.add_argument("--state", metavar="FILE", help="keep everything in this SQLite file")
    options = parser.parse_args()
    try:
        _check(options.port, options.state)
    except StateUnusable as error:
        parser.exit(2, f"{parser.prog}: error: {error}\n")
    except OSError as error:
        reason = f"cannot be used: {error.strerror}"
        if error.errno == EADDRINUSE:
            reason = "is in use"
        parser.exit(2, f"{parser.prog}: error: port {options.port} {reason}\n")
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO
    )
    logging.info(
        "offline Stripe and its dashboard on http://127.0.0.1:%d/ (a fake: no money moves)",
        options.port,
    )
    Server(
        options.port,
        lambda: OfflineStripe(
            options.webhook_url,
            options.webhook_secret,
            account=options.account,
            state=options.state,
            strict_version=options.strict_version,
        ),
    ).run()


def _check(port: int, state: str | None) -> None:
    """Find out here what the server could only say in the middle of its own words."""
    _await_port(port)
    if state:
        Store(state).close()


def _await_port(port: int) -> None:
    """A server that was killed leaves a process behind that notices within a second."""
    give_up = time.monotonic() + 2
    while True:
        try:
            return socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def _port(text: str) -> int:
    if not (text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is not a port (1 to 65535)")
    return int(text)


def _account(text: str) -> str:
    account = account_named(text)
    if account is None:
        raise argparse.ArgumentTypeError(f"{text} is neither a test key nor the ending of one")
    return account


def _url(text: str) -> str:
    if not is_address(text):
        raise argparse.ArgumentTypeError(f"{text} is not an http(s) URL")
    return text


if __name__ == "__main__":
    main()
