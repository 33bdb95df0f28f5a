"""Choosing a service: the price follows the choice in place, for eyes and ears, with and without
scripts.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from portal.catalogue.models import Service
from portal.context import Portal
from tests.journeys.payer import sign_in
from tests.support.browser import assert_accessible
from tests.support.people import Person

pytestmark = pytest.mark.journey
REVIEW = "/services/document-review"


def test_the_price_follows_the_choice_and_is_said_while_the_focus_stays(
    page: Page, alice: Person
) -> None:
    sign_in(page, alice)
    page.goto(REVIEW)
    total, said = page.locator("tfoot td"), page.locator("#live")
    expect(total).to_have_text("£49.80")
    page.get_by_role("button", name="One more").press("Enter")
    expect(total).to_have_text("£85.20")
    expect(said).to_have_text("You pay £85.20")
    expect(page.get_by_role("button", name="One more")).to_be_focused()
    expect(page).to_have_url(re.compile(r"quantity=2$"))
    assert_accessible(page)


def test_enter_in_the_field_updates_the_price_and_requests_nothing(
    page: Page, alice: Person
) -> None:
    sign_in(page, alice)
    page.goto(REVIEW)
    field = page.get_by_label("How many documents?")
    field.fill("3")
    field.press("Enter")
    expect(page.locator("tfoot td")).to_have_text("£108.54")
    expect(page).to_have_url(re.compile(rf"{REVIEW}\?quantity=3$"))
    expect(field).to_be_focused()


def test_a_wrong_quantity_is_told_beside_the_field_and_said(page: Page, alice: Person) -> None:
    sign_in(page, alice)
    page.goto(REVIEW)
    field = page.get_by_label("How many documents?")
    field.fill("77")
    field.press("Tab")
    expect(page.locator("#quantity-error")).to_contain_text("Enter a whole number from 1 to 10")
    expect(page.locator("#live")).to_have_text("Error: Enter a whole number from 1 to 10")
    expect(field).to_have_value("77")
    expect(page.get_by_role("button", name="Continue to payment")).to_have_count(0)
    assert_accessible(page)


def test_options_are_ticked_by_keyboard_and_each_keeps_its_tick(page: Page, alice: Person) -> None:
    sign_in(page, alice)
    page.goto("/services/clinical-letter")
    copy, urgent = (
        page.get_by_label("Posted copy"),
        page.get_by_label("Ready by the next working day"),
    )
    copy.press("Space")
    expect(page.locator("tfoot td")).to_have_text("£50.34")
    expect(copy).to_be_focused()
    urgent.press("Space")
    expect(page.locator("tfoot td")).to_have_text("£68.84")
    copy.press("Space")
    expect(page.locator("tfoot td")).to_have_text("£60.50")
    expect(urgent).to_be_checked()
    expect(copy).not_to_be_checked()


def test_without_scripts_a_changed_quantity_is_priced_before_it_is_billed(
    new_window: Callable[..., Page], alice: Person
) -> None:
    page = new_window(java_script_enabled=False)
    sign_in(page, alice)
    page.goto(REVIEW)
    page.get_by_label("How many documents?").fill("4")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_text("This is the price now.")).to_be_visible()
    page.get_by_label("How many documents?").fill("3")
    page.get_by_role("button", name="Update price").click()
    expect(page.locator("tfoot td")).to_have_text("£108.54")
    page.get_by_role("button", name="Request now, pay later").click()
    expect(page.get_by_text("You owe")).to_be_visible()
    expect(page.locator(".sum__amount")).to_have_text("£108.54")


def test_an_extra_is_listed_at_what_the_page_says_it_adds(page: Page, alice: Person) -> None:
    sign_in(page, alice)
    page.goto("/services/clinical-letter")
    expect(page.get_by_text("Posted copy (adds £8.34)")).to_be_visible()
    page.get_by_label("Posted copy").check()
    expect(page.get_by_role("row", name="Posted copy")).to_contain_text("£8.34")
    page.get_by_text("Includes £1.39 VAT").press("Enter")
    expect(page.get_by_text("VAT at 20%")).to_be_visible()
    assert_accessible(page)
    page.goto("/services/video-consultation")
    expect(page.get_by_text("VAT")).to_have_count(0)


def test_a_service_withdrawn_while_its_page_is_open_says_so_in_place(
    page: Page, portal: Portal, alice: Person
) -> None:
    sign_in(page, alice)
    page.goto(REVIEW)
    with withdrawn(portal, "document-review"):
        page.get_by_role("button", name="One more").click()
        told = page.get_by_text("Document review is no longer offered.", exact=True)
        expect(told.first).to_be_visible()
        expect(page.locator("#withdrawn")).to_be_focused()
        expect(page.locator("#alert")).to_be_hidden()
        assert_accessible(page)


@contextmanager
def withdrawn(portal: Portal, slug: str) -> Iterator[None]:
    """The installation outlives the test: the service is offered again afterwards."""
    service = update(Service).where(Service.slug == slug)
    with portal.db.write() as session:
        session.execute(service.values(active=False))
    yield
    with portal.db.write() as session:
        session.execute(service.values(active=True))
