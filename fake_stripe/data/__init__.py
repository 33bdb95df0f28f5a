"""Stripe's own description of its API, as far as it is needed; `fake_stripe.build` makes it."""

from pathlib import Path

FOLDER = Path(__file__).parent


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
