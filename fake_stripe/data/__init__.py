"""Stripe's own description of its API, as far as it is needed; `fake_stripe.build` makes it."""

from pathlib import Path

FOLDER = Path(__file__).parent


def read(name: str) -> str:
    """The text of one of the files beside this module."""
    return (FOLDER / name).read_text(encoding="utf-8")
