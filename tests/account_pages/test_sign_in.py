import re
from collections.abc import Callable

from argon2 import PasswordHasher
from sqlalchemy import update

from portal.account_pages.forms import WRONG_SIGN_IN
from portal.accounts.models import User
from portal.accounts.passwords import is_password
from portal.context import Portal
from tests.account_pages.records import actions_of
from tests.support.client import PASSWORD, PortalClient, form_on, words_of
from tests.support.people import Person

EVASIVE = (
    "http:///evil.com",
    "////evil.com",
    "/\\evil.com",
    "//evil.com",
    "https://evil.com/",
    "/\t/evil.com",
    "evil",
)


def blanked(text: str) -> str:
    """A page without what differs each time: nonces and CSRF tokens."""
    return re.sub(r'(nonce|name="csrf_token" value)="[^"]*"', r'\1=""', text)


def test_alice_signs_in_and_is_sent_home(client: PortalClient, alice: Person) -> None:
    answer = client.sign_in(alice.email)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Alice Archer" in words_of(client.get("/account"))


def test_alice_may_type_her_address_in_capitals(client: PortalClient, alice: Person) -> None:
    assert client.sign_in(" Alice@Example.TEST ").status_code == 303


def test_an_address_with_a_domain_of_other_letters_signs_in_as_it_is_typed(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    with portal.db.write() as session:
        session.execute(update(User).values(email="alice@xn--exmple-cua.test"))
    assert client.sign_in("Alice@Exämple.test").status_code == 303


def test_a_signed_out_visitor_is_sent_to_sign_in_and_then_on_to_the_page(
    client: PortalClient, alice: Person
) -> None:
    answer = client.get("/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")
    answer = client.submit(answer.location, email=alice.email, password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/account")


def test_signing_in_never_leads_to_another_site(
    new_client: Callable[[], PortalClient], alice: Person
) -> None:
    for target in EVASIVE:
        browser = new_client()
        page = browser.get("/sign-in", query_string={"next": target})
        assert "evil" not in page.text
        answer = browser.submit(page, email=alice.email, password=PASSWORD, next=target)
        assert (answer.status_code, answer.location) == (303, "/"), target


def test_an_unsafe_way_on_in_the_address_is_ignored_too(
    client: PortalClient, alice: Person
) -> None:
    fields = form_on(client.get("/sign-in")).filled({"email": alice.email, "password": PASSWORD})
    answer = client.post("/sign-in?next=////evil.com", data=fields)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_signed_in_visitor_has_no_use_for_the_sign_in_page(
    sign_in: Callable[[Person], PortalClient], alice: Person
) -> None:
    assert sign_in(alice).get("/sign-in").location == "/"


def test_empty_fields_are_named_and_nothing_typed_is_lost(client: PortalClient) -> None:
    answer = client.submit("/sign-in?next=/payments", email="", password="")
    assert answer.status_code == 422
    assert "Enter your email address" in words_of(answer)
    assert "Enter your password" in words_of(answer)
    assert 'value="/payments"' in answer.text


def test_what_is_not_an_address_is_said_beside_the_field(client: PortalClient) -> None:
    answer = client.sign_in("alice at example")
    assert answer.status_code == 422
    assert "like name@example.com" in words_of(answer)
    assert 'value="alice at example"' in answer.text


def test_a_stranger_cannot_tell_an_unknown_address_from_a_wrong_password(
    new_client: Callable[[], PortalClient], alice: Person
) -> None:
    known = new_client().sign_in("alice@example.test", "not-her-password")
    unknown = new_client().sign_in("nobody@example.test", "not-her-password")
    assert known.status_code == unknown.status_code == 422
    assert str(WRONG_SIGN_IN) in words_of(known)
    assert blanked(known.text) == blanked(unknown.text.replace("nobody@", "alice@"))
    assert {name for name, _ in known.headers} == {name for name, _ in unknown.headers}


def test_the_password_is_never_sent_back(client: PortalClient, alice: Person) -> None:
    assert "not-her-password" not in client.sign_in(alice.email, "not-her-password").text


def test_an_invited_user_without_a_password_cannot_sign_in(
    client: PortalClient, portal: Portal, bob: Person
) -> None:
    with portal.db.write() as session:
        session.execute(update(User).where(User.id == bob.user_id).values(password=None))
    answer = client.sign_in(bob.email)
    assert answer.status_code == 422
    assert str(WRONG_SIGN_IN) in words_of(answer)


def test_a_closed_account_gets_the_answer_of_a_wrong_password(
    client: PortalClient, portal: Portal, sign_in: Callable[[Person], PortalClient], bob: Person
) -> None:
    browser = sign_in(bob)
    with portal.db.write() as session:
        session.execute(update(User).where(User.id == bob.user_id).values(active=False))
    assert str(WRONG_SIGN_IN) in words_of(client.sign_in(bob.email))
    assert browser.get("/account").status_code == 303


def test_sign_ins_kept_and_refused_are_in_the_audit_trail(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    client.sign_in(alice.email, "not-her-password")
    client.sign_in("nobody@example.test", "not-her-password")
    client.sign_in(alice.email)
    client.sign_out()
    assert actions_of(portal, alice.user_ref)[1:] == [
        "user.sign_in_failed",
        "user.signed_in",
        "user.signed_out",
    ]
    assert actions_of(portal, "unknown") == ["user.sign_in_failed"]


def test_a_hash_made_with_older_settings_is_renewed_at_sign_in(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    older = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with portal.db.write() as session:
        session.execute(update(User).where(User.id == alice.user_id).values(password=older))
    assert client.sign_in(alice.email).status_code == 303
    with portal.db.read() as session:
        renewed = session.get_one(User, alice.user_id).password
    assert renewed != older
    assert is_password(PASSWORD, renewed)


def test_signing_out_leads_to_the_sign_in_page_and_nowhere_else(
    client: PortalClient, alice: Person
) -> None:
    client.sign_in(alice.email)
    fields = form_on(client.get("/account"), "/sign-out").filled({}) | {"next": ["//evil.com"]}
    assert client.post("/sign-out?next=/payments", data=fields).location == "/sign-in"


def test_the_library_adds_no_page_but_signing_in_and_out(client: PortalClient) -> None:
    endpoints = {rule.endpoint for rule in client.application.url_map.iter_rules()}
    assert {one for one in endpoints if one.startswith("security.")} == {
        "security.login",
        "security.logout",
    }


def test_sign_in_answers_pages_only(client: PortalClient) -> None:
    for body in ("{", "[]", '"x"', '{"email": 1}'):
        assert (
            client.post("/sign-in", data=body, content_type="application/json").status_code == 400
        )


def test_an_auth_token_in_the_address_signs_nobody_in(
    client: PortalClient, alice: Person, portal: Portal
) -> None:
    app = client.application
    with app.app_context(), portal.db.read() as session:
        token = session.get_one(User, alice.user_id).get_auth_token()
    assert client.get("/account", query_string={"auth_token": token}).status_code == 303


def test_a_second_sign_in_tab_says_that_the_first_has_signed_in(
    client: PortalClient, alice: Person
) -> None:
    first, second = client.get("/sign-in"), client.get("/sign-in")
    assert client.submit(first, email=alice.email, password=PASSWORD).status_code == 303
    answer = client.submit(second, email=alice.email, password=PASSWORD)
    assert answer.status_code == 400
    assert "You are already signed in" in words_of(answer)
    assert 'href="/"' in answer.text
    assert client.get("/account").status_code == 200


def test_a_form_from_before_signing_in_or_out_says_so(client: PortalClient, alice: Person) -> None:
    client.sign_in(alice.email)
    stale = client.get("/account/currency")
    client.sign_out()
    answers = [client.submit(stale, action="/account/currency", currency="EUR")]
    client.sign_in(alice.email)
    answers.append(client.submit(stale, action="/account/currency", currency="EUR"))
    for answer in answers:
        assert answer.status_code == 400
        assert "You have signed in or out since it was opened" in words_of(answer)
