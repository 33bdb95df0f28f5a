from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import User
from portal.context import Portal
from portal.patients.models import Patient
from tests.account_pages.mailbox import last_link, link_in, mails_to
from tests.account_pages.records import actions_of
from tests.support.client import PASSWORD, PortalClient, words_of
from tests.support.people import Person
from tests.support.portals import Clock

NEW_PASSWORD = "three quiet words"
NEW_EMAIL = "archer@example.test"
SignIn = Callable[[Person], PortalClient]


def email_of(portal: Portal, person: Person) -> str:
    with portal.db.read() as session:
        return session.get_one(User, person.user_id).email


def test_alice_changes_her_password_and_only_this_browser_stays_signed_in(
    sign_in: SignIn, portal: Portal, alice: Person
) -> None:
    here, elsewhere = sign_in(alice), sign_in(alice)
    answer = here.submit("/account/password", current_password=PASSWORD, new_password=NEW_PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Your password has changed" in words_of(here.get("/account"))
    assert elsewhere.get("/account").status_code == 303
    assert elsewhere.sign_in(alice.email, PASSWORD).status_code == 422
    assert elsewhere.sign_in(alice.email, NEW_PASSWORD).status_code == 303
    assert mails_to(portal, alice.email)[-1].subject == "Your password has changed"
    assert "user.password_changed" in actions_of(portal, alice.user_ref)


def test_a_cookie_copied_before_a_new_password_is_worth_nothing(
    sign_in: SignIn, new_client: Callable[[], PortalClient], alice: Person
) -> None:
    browser, thief = sign_in(alice), new_client()
    copied = browser.get_cookie("portal_session")
    assert copied is not None
    thief.set_cookie("portal_session", copied.value)
    browser.submit("/account/password", current_password=PASSWORD, new_password=NEW_PASSWORD)
    assert thief.get("/account").status_code == 303


def test_a_wrong_password_form_is_explained_and_changes_nothing(
    sign_in: SignIn, client: PortalClient, alice: Person
) -> None:
    browser = sign_in(alice)
    for current, new, message in (
        ("", NEW_PASSWORD, "Enter your current password"),
        ("not-her-password", NEW_PASSWORD, "This is not your current password"),
        (PASSWORD, "", "Enter a new password"),
        (PASSWORD, "short", "10 characters or more"),
        (PASSWORD, "alice archer", "must not be your name"),
    ):
        answer = browser.submit("/account/password", current_password=current, new_password=new)
        assert answer.status_code == 422
        assert message in words_of(answer)
    assert client.sign_in(alice.email).status_code == 303


def test_alice_changes_her_address_by_following_the_link_sent_to_the_new_one(
    sign_in: SignIn, client: PortalClient, portal: Portal, alice: Person
) -> None:
    browser = sign_in(alice)
    answer = browser.submit("/account/email", email=NEW_EMAIL.upper(), current_password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert NEW_EMAIL in words_of(browser.get("/account"))
    assert [mail.kind for mail in mails_to(portal, alice.email)] == ["email_change_notice"]
    link = last_link(portal, NEW_EMAIL)

    client.get(link)
    assert email_of(portal, alice) == alice.email, "following the link alone changes nothing"
    assert client.submit(link).status_code == 303
    assert email_of(portal, alice) == NEW_EMAIL
    assert client.get(link).status_code == 404
    assert client.sign_in(alice.email).status_code == 422
    assert client.sign_in(NEW_EMAIL).status_code == 303
    assert browser.get("/account").status_code == 200
    assert actions_of(portal, alice.user_ref).count("user.email_changed") == 1


def test_the_answer_does_not_tell_whether_the_new_address_has_an_account(
    sign_in: SignIn, portal: Portal, alice: Person, bob: Person
) -> None:
    browser = sign_in(alice)
    answers = []
    for email in (bob.email, "new@example.test"):
        answer = browser.submit("/account/email", email=email, current_password=PASSWORD)
        answers.append(
            (
                answer.status_code,
                answer.location,
                words_of(browser.get("/account")).replace(email, "…"),
            )
        )
    assert answers[0] == answers[1]
    (told,) = mails_to(portal, bob.email)
    assert told.kind == "email_in_use"
    assert link_in(told) == "/forgotten-password"
    assert email_of(portal, bob) == bob.email


def test_an_address_taken_in_the_meantime_stays_with_whoever_has_it(
    sign_in: SignIn, make_person: Callable[..., Person], portal: Portal, alice: Person
) -> None:
    sign_in(alice).submit("/account/email", email="dora@example.test", current_password=PASSWORD)
    link = last_link(portal, "dora@example.test")
    dora = make_person("Dora Dean", "patient")
    assert sign_in(dora).submit(link, action=link).status_code == 404
    assert email_of(portal, alice) == alice.email


def test_a_new_password_stops_a_change_of_address_under_way(
    sign_in: SignIn, client: PortalClient, portal: Portal, alice: Person
) -> None:
    browser = sign_in(alice)
    browser.submit("/account/email", email=NEW_EMAIL, current_password=PASSWORD)
    browser.submit("/account/password", current_password=PASSWORD, new_password=NEW_PASSWORD)
    assert client.get(last_link(portal, NEW_EMAIL)).status_code == 404


def test_the_link_to_a_new_address_expires(
    sign_in: SignIn, client: PortalClient, portal: Portal, alice: Person, clock: Clock
) -> None:
    sign_in(alice).submit("/account/email", email=NEW_EMAIL, current_password=PASSWORD)
    clock.advance(timedelta(days=1, minutes=1))
    assert client.get(last_link(portal, NEW_EMAIL)).status_code == 404


def test_a_wrong_address_form_is_explained_and_mails_nobody(
    sign_in: SignIn, portal: Portal, alice: Person
) -> None:
    browser = sign_in(alice)
    for email, current, message in (
        ("", PASSWORD, "Enter your email address"),
        ("archer@", PASSWORD, "like name@example.com"),
        (alice.email, PASSWORD, "This is your email address already"),
        (NEW_EMAIL, "not-her-password", "This is not your current password"),
    ):
        answer = browser.submit("/account/email", email=email, current_password=current)
        assert answer.status_code == 422
        assert message in words_of(answer)
        assert f'value="{email}"' in answer.text
    assert mails_to(portal, alice.email) == mails_to(portal, NEW_EMAIL) == []


def test_alice_changes_the_currency_of_new_bills(
    sign_in: SignIn, portal: Portal, alice: Person
) -> None:
    browser = sign_in(alice)
    answer = browser.submit("/account/currency", currency="JPY")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Japanese yen (JPY)" in words_of(browser.get("/account"))
    with portal.db.read() as session:
        assert session.scalars(select(Patient.currency)).one() == "JPY"
    assert actions_of(portal, alice.patient_ref) == ["patient.currency_changed"]


def test_a_currency_we_do_not_bill_in_is_refused(
    sign_in: SignIn, portal: Portal, alice: Person
) -> None:
    answer = sign_in(alice).submit("/account/currency", currency="XXX")
    assert answer.status_code == 422
    assert "Choose a currency" in words_of(answer)
    with portal.db.read() as session:
        assert session.scalars(select(Patient.currency)).one() == "GBP"


def test_staff_have_an_account_page_and_no_currency(sign_in: SignIn, clara: Person) -> None:
    browser = sign_in(clara)
    assert "Currency" not in words_of(browser.get("/account"))
    assert browser.get("/account/currency").status_code == 404


def test_alice_signs_out_everywhere_but_here(sign_in: SignIn, alice: Person, bob: Person) -> None:
    here, elsewhere, bobs = sign_in(alice), sign_in(alice), sign_in(bob)
    here.submit("/account", action="/account/other-sessions")
    assert "signed out on your other devices" in words_of(here.get("/account"))
    assert elsewhere.get("/account").status_code == 303
    assert bobs.get("/account").status_code == 200
    here.submit("/account", action="/account/other-sessions")
    assert "not signed in anywhere else" in words_of(here.get("/account"))
