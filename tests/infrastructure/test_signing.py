"""One signer: what it signed is known again, also by a machine whose clock is a little behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.tokens import LIFETIMES, Purpose, read_token
from portal.documents.tokens import ReadToken, read_receipt_token
from portal.infrastructure.signing import LEEWAY, Signed, read, sign
from portal.settings import ROOT
from tests.support.client import PortalClient
from tests.support.people import Person
from tests.support.portals import Clock, make_settings

SETTINGS = make_settings(Path("/nowhere"))
PURPOSE, LIFETIME = "tests.of.signing", timedelta(hours=1)
# Links of the key in SETTINGS as they were mailed on MAILED, when each feature signed by itself.
MAILED = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAMED = "WyJVU1ItQUxJQ0UiLCIyODFkOWEwMzk4ZmQyMjZiZDI0YjRkN2ZiYjRiOTQwZSJd"
LINKS = {
    Purpose.INVITATION: f"{NAMED}.awV8QA.tnIsnGV5i2EYxaraBE5Jkke6Nds",
    Purpose.PASSWORD_RESET: f"{NAMED}.awV8QA.sujo7Sy4iIFxoP9pOIX8ThRSw5Q",
    Purpose.EMAIL_CHANGE: (
        "WyJVU1ItQUxJQ0UiLCI4MDc1NDcxMjQyZmI2ZDAzNjczMjJmNGRhNTAyOTk1ZCJd"
        ".awV8QA.zKNGQYxhoSgxG7vbPD3uy_M8OXQ"
    ),
}
RECEIPT = "Nw.awV8QA.Up_LGAtr2wQC93T13qw_8ie68V0"
COOKIE = "eyJfdXNlcl9pZCI6ImlkZW50aXR5LTEifQ.awV8QA.RyUyGmn_HEzUsjPsPm81AK00gPI"


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_mailed_by_the_portal_of_before_still_works(purpose: Purpose, clock: Clock) -> None:
    clock.move_to(MAILED + LIFETIMES[purpose] - timedelta(minutes=1))
    claim = read_token(SETTINGS, purpose, LINKS[purpose])
    assert claim is not None
    assert claim.user_ref == "USR-ALICE"


def test_a_receipt_mailed_by_the_portal_of_before_still_opens(clock: Clock) -> None:
    clock.move_to(MAILED + timedelta(days=59))
    assert read_receipt_token(SETTINGS, RECEIPT) == ReadToken(7)


def test_a_cookie_set_by_the_portal_of_before_is_still_read(app: Flask, clock: Clock) -> None:
    clock.move_to(MAILED + timedelta(days=1))
    with app.test_request_context(headers={"Cookie": f"portal_session={COOKIE}"}) as context:
        assert dict(context.session or {}) == {"_user_id": "identity-1"}


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_value_comes_back_as_it_was_for_its_purpose_only(value: object) -> None:
    token = sign(SETTINGS, PURPOSE, value)
    assert read(SETTINGS, PURPOSE, token, LIFETIME) == Signed(value)
    assert read(SETTINGS, "another.purpose", token, LIFETIME) is None


@pytest.mark.parametrize("ahead", [1, 5, LEEWAY.seconds - 1])
def test_what_a_machine_a_little_ahead_has_signed_is_accepted(ahead: int, clock: Clock) -> None:
    here = clock.now()
    clock.advance(timedelta(seconds=ahead))
    token = sign(SETTINGS, PURPOSE, "alice")
    clock.move_to(here)
    assert read(SETTINGS, PURPOSE, token, LIFETIME) == Signed("alice")


def test_what_was_signed_far_ahead_is_not_in_force(clock: Clock) -> None:
    here = clock.now()
    clock.advance(LEEWAY + timedelta(seconds=2))
    token = sign(SETTINGS, PURPOSE, "alice")
    clock.move_to(here)
    assert read(SETTINGS, PURPOSE, token, LIFETIME) == Signed("alice", expired=True)


def test_leeway_makes_nothing_live_longer(clock: Clock) -> None:
    token = sign(SETTINGS, PURPOSE, "alice")
    clock.advance(LIFETIME + timedelta(seconds=2))
    assert read(SETTINGS, PURPOSE, token, LIFETIME) == Signed("alice", expired=True)


def test_somebody_who_signed_in_on_a_machine_ahead_stays_signed_in_on_the_next(
    sign_in: Callable[[Person], PortalClient], alice: Person, clock: Clock
) -> None:
    here = clock.now()
    clock.advance(LEEWAY - timedelta(seconds=5))
    browser = sign_in(alice)
    clock.move_to(here)
    assert browser.get("/account").status_code == 200
    assert browser.submit("/account", action="/sign-out").status_code == 303


def test_nothing_else_in_the_portal_signs_or_reads_by_itself() -> None:
    users = [
        path.name
        for path in sorted((ROOT / "portal").rglob("*.py"))
        if "itsdangerous" in path.read_text()
    ]
    assert users == ["signing.py", "cookies.py"]
