"""Coming in by mail: an invitation, a forgotten password, another address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import RoleName
from portal.accounts.service import invite
from tests.journeys.installation import Installation
from tests.journeys.payer import sign_in
from tests.support.browser import assert_accessible
from tests.support.client import PASSWORD
from tests.support.people import Person

pytestmark = pytest.mark.journey
NEW_PASSWORD = "plum ladder harbour"


def test_an_invited_patient_chooses_a_password_and_is_in(
    installation: Installation, page: Page
) -> None:
    invite(installation.portal, "dora@example.test", RoleName.PATIENT, "Dora Dean")
    page.goto(installation.link_to("dora@example.test", "Set up your account"))
    assert_accessible(page)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_role("button", name="Set up my account").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set up my account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Dora")
    expect(page.get_by_text("Your account is ready.")).to_be_visible()


def test_alice_forgets_her_password_and_chooses_another(
    installation: Installation, page: Page, alice: Person
) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name="I have forgotten my password").click()
    page.get_by_label("Email address").fill(alice.email)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    assert_accessible(page)
    link = installation.link_to(alice.email, "Choose a new password")
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save new password").click()
    expect(page.get_by_text("Your password has changed.")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    assert_accessible(page)
    sign_in(page, alice, NEW_PASSWORD)


def test_an_unknown_address_is_answered_like_a_known_one(page: Page, alice: Person) -> None:
    said = []
    for address in (alice.email, "nobody@example.test"):
        page.goto("/forgotten-password")
        page.get_by_label("Email address").fill(address)
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
        said.append(page.get_by_role("main").inner_text())
    assert said[0] == said[1]


def test_alice_moves_to_another_address(
    installation: Installation, page: Page, alice: Person
) -> None:
    sign_in(page, alice)
    address = f"moved-{alice.email}"
    page.goto("/account/email")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text(f"We sent an email to {address}.")).to_be_visible()
    assert (
        address
        not in installation.mail_to(alice.email, "A change to your email address").as_string()
    )
    page.goto(installation.link_to(address, "Confirm your email address"))
    page.get_by_role("button", name="Use this address").click()
    expect(page.get_by_text("Your email address has changed.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Alice")


def test_the_current_page_is_told_apart_where_colours_are_forced(
    new_window: Callable[..., Page], alice: Person
) -> None:
    page = new_window(forced_colors="active", viewport={"width": 1280, "height": 900})
    sign_in(page, alice)
    page.goto("/account")
    drawn = {
        link.inner_text(): link.evaluate(
            """link => {
                const style = getComputedStyle(link), page = getComputedStyle(document.body);
                const unseen = page.backgroundColor;
                return [style.borderTopColor !== unseen, style.borderBottomColor !== unseen];
            }"""
        )
        for link in page.locator(".nav__link").all()
    }
    assert drawn.pop("Account") == [False, True]
    assert set(map(tuple, drawn.values())) == {(False, False)}
