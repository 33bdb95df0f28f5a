from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts.models import UserSession
from portal.accounts.sessions import IDLE, LIFETIME, SEEN_EVERY
from portal.context import Portal
from tests.support.client import PortalClient, words_of
from tests.support.people import Person
from tests.support.portals import Clock
from tests.support.queries import Statements

COOKIE = "portal_session"


def cookie_of(client: PortalClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def test_a_cookie_copied_before_sign_out_is_worth_nothing_after_it(
    sign_in: Callable[[Person], PortalClient], new_client: Callable[[], PortalClient], alice: Person
) -> None:
    browser, thief = sign_in(alice), new_client()
    thief.set_cookie(COOKIE, cookie_of(browser))
    assert thief.get("/account").status_code == 200
    answer = browser.sign_out()
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    thief.set_cookie(COOKIE, cookie_of(thief))
    assert thief.get("/account").status_code == 303


def test_signing_out_is_confirmed(sign_in: Callable[[Person], PortalClient], alice: Person) -> None:
    browser = sign_in(alice)
    answer = browser.sign_out()
    assert "You have signed out" in words_of(browser.get(answer.location))


def test_signing_out_of_one_browser_leaves_the_others(
    sign_in: Callable[[Person], PortalClient], alice: Person
) -> None:
    phone, desk = sign_in(alice), sign_in(alice)
    phone.sign_out()
    assert desk.get("/account").status_code == 200


def test_signing_out_when_time_has_run_out_is_no_error(
    sign_in: Callable[[Person], PortalClient], alice: Person, clock: Clock
) -> None:
    browser = sign_in(alice)
    page = browser.get("/account")
    clock.advance(IDLE + timedelta(minutes=1))
    answer = browser.submit(page, action="/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_an_idle_browser_is_signed_out_and_told_why(
    sign_in: Callable[[Person], PortalClient], alice: Person, clock: Clock
) -> None:
    browser = sign_in(alice)
    clock.advance(IDLE + timedelta(seconds=1))
    answer = browser.get("/account")
    assert answer.location == "/sign-in?next=/account"
    assert "to keep your account safe" in words_of(browser.get(answer.location))


def test_a_browser_in_use_stays_signed_in_but_not_for_ever(
    sign_in: Callable[[Person], PortalClient], alice: Person, clock: Clock
) -> None:
    browser = sign_in(alice)
    step = IDLE - SEEN_EVERY
    for _ in range(LIFETIME // step):
        clock.advance(step)
        assert browser.get("/account").status_code == 200
    clock.advance(step)
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}], ids=["htmx", "without_scripts"])
def test_a_page_that_asks_again_by_itself_does_not_keep_anybody_signed_in(
    sign_in: Callable[[Person], PortalClient], alice: Person, clock: Clock, headers: dict[str, str]
) -> None:
    browser = sign_in(alice)
    clock.advance(IDLE - timedelta(minutes=1))
    assert browser.get("/account?unattended").status_code == 200
    clock.advance(timedelta(minutes=2))
    answer = browser.get("/account?unattended", headers=headers)
    assert (answer.headers.get("HX-Redirect") or answer.location) == "/sign-in?next=/account"


def test_one_look_up_by_key_tells_who_is_signed_in_and_reading_writes_nothing(
    sign_in: Callable[[Person], PortalClient],
    alice: Person,
    queries: Callable[[], AbstractContextManager[Statements]],
) -> None:
    browser = sign_in(alice)
    with queries() as sent:
        browser.get("/forgotten-password/sent")
    assert len([one for one in sent if "user_sessions" in one]) <= 1
    with queries() as sent:
        browser.get("/account")
    assert len([one for one in sent if "user_sessions" in one]) == 1
    assert not [one for one in sent if one.startswith(("UPDATE", "INSERT", "DELETE"))]


def test_being_seen_is_written_once_in_a_while(
    sign_in: Callable[[Person], PortalClient],
    alice: Person,
    clock: Clock,
    queries: Callable[[], AbstractContextManager[Statements]],
) -> None:
    browser = sign_in(alice)
    clock.advance(SEEN_EVERY + timedelta(seconds=1))
    with queries() as sent:
        browser.get("/account")
        browser.get("/account")
    assert len([one for one in sent if one.startswith("UPDATE user_sessions")]) == 1


def test_what_was_planted_in_the_cookie_before_does_not_survive_signing_in(
    client: PortalClient, alice: Person
) -> None:
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by a stranger"
        csrf_before = cookie["csrf_token"]
    client.sign_in(alice.email)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != csrf_before


def test_each_sign_in_has_a_token_of_its_own_and_the_table_holds_none_of_them(
    sign_in: Callable[[Person], PortalClient], portal: Portal, alice: Person
) -> None:
    tokens = set()
    for _ in range(2):
        with sign_in(alice).session_transaction() as cookie:
            tokens.add(cookie["session_token"])
    with portal.db.read() as session:
        kept = set(session.scalars(select(UserSession.token_hash)))
    assert len(tokens) == len(kept) == 2
    assert not tokens & kept


def test_rows_of_sessions_that_are_over_do_not_pile_up(
    sign_in: Callable[[Person], PortalClient], portal: Portal, alice: Person
) -> None:
    for _ in range(3):
        sign_in(alice).sign_out()
    with portal.db.read() as session:
        assert session.scalar(select(func.count()).select_from(UserSession)) == 1
