from datetime import timedelta
from pathlib import Path

import pytest
from itsdangerous.encoding import base64_decode

from portal.accounts.models import User
from portal.accounts.tokens import LIFETIMES, Purpose, holds, make_token, read_token
from portal.infrastructure import clock as portal_clock
from portal.settings import Settings
from tests.support.portals import Clock, make_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def alice() -> User:
    return User(
        ref="USR-ALICE",
        email="alice@example.test",
        name="Alice Archer",
        role="patient",
        active=True,
        pending_email="alice@new.example",
        fs_uniquifier="identity-1",
        created_at=portal_clock.now(),
    )


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_works_for_its_purpose_only(
    settings: Settings, alice: User, purpose: Purpose
) -> None:
    token = make_token(settings, purpose, alice)
    claim = read_token(settings, purpose, token)
    assert claim is not None
    assert holds(claim, alice)
    assert all(
        read_token(settings, other, token) is None for other in Purpose if other is not purpose
    )


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_expires(settings: Settings, alice: User, purpose: Purpose, clock: Clock) -> None:
    token = make_token(settings, purpose, alice)
    clock.advance(LIFETIMES[purpose] - timedelta(seconds=10))
    assert read_token(settings, purpose, token) is not None
    clock.advance(timedelta(seconds=20))
    assert read_token(settings, purpose, token) is None


@pytest.mark.parametrize("purpose", Purpose)
def test_a_new_password_ends_every_link(settings: Settings, alice: User, purpose: Purpose) -> None:
    claim = read_token(settings, purpose, make_token(settings, purpose, alice))
    assert claim is not None
    alice.fs_uniquifier = "identity-2"
    assert not holds(claim, alice)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_new_address_ends_every_link_mailed_to_the_old_one(
    settings: Settings, alice: User, purpose: Purpose
) -> None:
    claim = read_token(settings, purpose, make_token(settings, purpose, alice))
    assert claim is not None
    alice.email = "alice@new.example"
    assert not holds(claim, alice)


def test_asking_for_another_address_ends_the_link_to_the_first(
    settings: Settings, alice: User
) -> None:
    claim = read_token(
        settings, Purpose.EMAIL_CHANGE, make_token(settings, Purpose.EMAIL_CHANGE, alice)
    )
    assert claim is not None
    alice.pending_email = "alice@other.example"
    assert not holds(claim, alice)


def test_a_closed_account_has_no_working_links(settings: Settings, alice: User) -> None:
    claim = read_token(
        settings, Purpose.PASSWORD_RESET, make_token(settings, Purpose.PASSWORD_RESET, alice)
    )
    assert claim is not None
    alice.active = False
    assert not holds(claim, alice)
    assert not holds(claim, None)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "W10.x.y"])
def test_what_we_did_not_sign_is_no_link(settings: Settings, token: str) -> None:
    assert read_token(settings, Purpose.INVITATION, token) is None


def test_no_address_can_be_read_out_of_a_link(settings: Settings, alice: User) -> None:
    for purpose in Purpose:
        payload = base64_decode(make_token(settings, purpose, alice).split(".")[0])
        assert b"@" not in payload
        assert alice.fs_uniquifier.encode() not in payload


def test_a_link_signed_with_the_key_before_still_works_after_rotation(
    tmp_path: Path, alice: User
) -> None:
    before = make_settings(tmp_path, secret_key="b" * 40)
    after = make_settings(tmp_path, secret_key="a" * 40, secret_key_fallbacks="b" * 40)
    old = make_token(before, Purpose.INVITATION, alice)
    new = make_token(after, Purpose.INVITATION, alice)
    assert read_token(after, Purpose.INVITATION, old) is not None
    assert read_token(after, Purpose.INVITATION, new) is not None
    assert read_token(before, Purpose.INVITATION, new) is None
