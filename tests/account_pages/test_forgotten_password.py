from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.context import Portal
from portal.mail.models import Mail
from tests.account_pages.mailbox import last_link, link_in, mails_to
from tests.account_pages.records import actions_of
from tests.support.client import PASSWORD, PortalClient, words_of
from tests.support.people import Person
from tests.support.portals import Clock

NEW_PASSWORD = "three quiet words"


def ask(client: PortalClient, email: str) -> None:
    answer = client.submit("/forgotten-password", email=email)
    assert (answer.status_code, answer.location) == (303, "/forgotten-password/sent")


def test_alice_chooses_a_new_password_with_the_link_she_was_mailed(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    ask(client, alice.email)
    assert "Check your email" in words_of(client.get("/forgotten-password/sent"))
    answer = client.submit(last_link(portal, alice.email), new_password=NEW_PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "Your password has changed" in words_of(client.get("/sign-in"))
    assert client.sign_in(alice.email, PASSWORD).status_code == 422
    assert client.sign_in(alice.email, NEW_PASSWORD).status_code == 303


def test_the_link_works_once_and_so_do_all_asked_for_before(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    ask(client, alice.email)
    ask(client, alice.email)
    first, second = (link_in(mail) for mail in mails_to(portal, alice.email))
    client.submit(second, new_password=NEW_PASSWORD)
    for used in (first, second):
        answer = client.get(used)
        assert answer.status_code == 404
        assert "This link does not work any more" in words_of(answer)


def test_a_link_used_in_two_tabs_changes_the_password_once(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    ask(client, alice.email)
    page = client.get(last_link(portal, alice.email))
    client.submit(page, new_password=NEW_PASSWORD)
    assert client.submit(page, new_password="another three words").status_code == 404
    assert client.sign_in(alice.email, NEW_PASSWORD).status_code == 303


def test_the_link_expires(
    client: PortalClient, portal: Portal, alice: Person, clock: Clock
) -> None:
    ask(client, alice.email)
    clock.advance(timedelta(hours=2, minutes=1))
    assert client.get(last_link(portal, alice.email)).status_code == 404


def test_a_new_password_signs_out_every_browser_and_is_told_by_mail(
    client: PortalClient, sign_in: Callable[[Person], PortalClient], portal: Portal, alice: Person
) -> None:
    browser = sign_in(alice)
    ask(client, alice.email)
    client.submit(last_link(portal, alice.email), new_password=NEW_PASSWORD)
    assert browser.get("/account").status_code == 303
    assert mails_to(portal, alice.email)[-1].subject == "Your password has changed"
    assert actions_of(portal, alice.user_ref)[-2:] == [
        "user.password_reset_requested",
        "user.password_reset",
    ]


def test_a_stranger_learns_nothing_about_who_has_an_account(
    new_client: Callable[[], PortalClient], portal: Portal, alice: Person, bob: Person
) -> None:
    with portal.db.write() as session:
        session.execute(update(User).where(User.id == bob.user_id).values(active=False))
    answers = []
    for email in (alice.email, "nobody@example.test", bob.email):
        answer = new_client().submit("/forgotten-password", email=email)
        answers.append(
            (answer.status_code, answer.location, answer.text, [name for name, _ in answer.headers])
        )
    assert answers[0] == answers[1] == answers[2]
    with portal.db.read() as session:
        assert list(session.scalars(select(Mail.recipient))) == [alice.email]


def test_nothing_is_kept_of_an_unknown_address(client: PortalClient, portal: Portal) -> None:
    ask(client, "nobody@example.test")
    with portal.db.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
        assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_the_link_leads_to_our_own_address_whatever_host_was_asked(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    stranger = {"Host": "evil.com", "X-Forwarded-Host": "evil.com"}
    assert client.get("/forgotten-password", headers=stranger).status_code == 400
    ask(client, alice.email)
    (mail,) = mails_to(portal, alice.email)
    assert portal.settings.public_base_url in mail.text
    assert "evil" not in mail.text + mail.html


def test_what_is_not_an_address_is_said_beside_the_field(client: PortalClient) -> None:
    wrong = "like name@example.com"
    for typed, message in (
        ("", "Enter your email address"),
        ("alice@", wrong),
        ("jörg@example.test", wrong),
    ):
        answer = client.submit("/forgotten-password", email=typed)
        assert answer.status_code == 422
        assert message in words_of(answer)


def test_a_weak_new_password_is_refused_and_the_link_still_works(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    ask(client, alice.email)
    link = last_link(portal, alice.email)
    for typed, message in (
        ("", "Enter a new password"),
        ("short", "10 characters"),
        (alice.email, "email address"),
    ):
        answer = client.submit(link, new_password=typed)
        assert answer.status_code == 422
        assert message in words_of(answer)
    assert client.submit(link, new_password=NEW_PASSWORD).status_code == 303


def test_the_mail_says_nothing_of_care_and_names_nobody(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    ask(client, alice.email)
    (mail,) = mails_to(portal, alice.email)
    assert mail.due_at is not None
    assert "Alice" not in mail.subject + mail.text + mail.html
