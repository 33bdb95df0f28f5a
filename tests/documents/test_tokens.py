"""Tokens of receipt links: only what we signed, for this purpose, under a key still accepted, opens
anything.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from portal.documents.tokens import LIFETIME, ReadToken, read_receipt_token, receipt_token
from tests.support.portals import Clock, make_settings

OLD, NEW = "old-key-" + "1" * 32, "new-key-" + "2" * 32
SETTINGS = make_settings(Path("/nowhere"))
TOKEN = receipt_token(SETTINGS, 7)


def test_a_token_gives_back_the_link() -> None:
    assert read_receipt_token(SETTINGS, TOKEN) == ReadToken(7)


@given(position=st.integers(0, len(TOKEN) - 1), character=st.sampled_from("AZaz09-_.= \n\x00é"))
def test_a_changed_token_opens_nothing(position: int, character: str) -> None:
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    read = read_receipt_token(SETTINGS, changed)
    # The last character of base64 has bits that say nothing.
    assert read is None or (
        read == ReadToken(7) and (changed == TOKEN or position == len(TOKEN) - 1)
    )


@given(text=st.text(max_size=80))
def test_anything_else_opens_nothing(text: str) -> None:
    assert read_receipt_token(SETTINGS, text) is None


def test_a_token_for_another_purpose_opens_nothing() -> None:
    other = URLSafeTimedSerializer(SETTINGS.secret_key, salt="another purpose").dumps(7)
    assert read_receipt_token(SETTINGS, other) is None


def test_an_old_token_is_known_to_have_expired(clock: Clock) -> None:
    token = receipt_token(SETTINGS, 7)
    clock.advance(LIFETIME - timedelta(minutes=1))
    assert read_receipt_token(SETTINGS, token) == ReadToken(7)
    clock.advance(timedelta(minutes=2))
    assert read_receipt_token(SETTINGS, token) == ReadToken(7, expired=True)


@pytest.mark.parametrize("days", [0, 61])
def test_a_token_outlives_a_change_of_keys_until_the_old_one_is_dropped(
    days: int, clock: Clock
) -> None:
    token = receipt_token(make_settings(Path("/nowhere"), secret_key=OLD), 7)
    clock.advance(timedelta(days=days))
    rotated = make_settings(Path("/nowhere"), secret_key=NEW, secret_key_fallbacks=OLD)
    assert read_receipt_token(rotated, token) == ReadToken(7, expired=days > 60)
    assert read_receipt_token(make_settings(Path("/nowhere"), secret_key=NEW), token) is None


def test_new_tokens_are_signed_with_the_new_key() -> None:
    rotated = make_settings(Path("/nowhere"), secret_key=NEW, secret_key_fallbacks=OLD)
    assert read_receipt_token(
        make_settings(Path("/nowhere"), secret_key=NEW), receipt_token(rotated, 7)
    ) == ReadToken(7)
