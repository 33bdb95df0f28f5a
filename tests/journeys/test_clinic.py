"""Clara, the clinician, sees whether Alice has paid, and never how much."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from portal.clinic.queries import PAGE_ROWS
from portal.context import Portal
from tests.clinic.patients import add_patient, add_patients
from tests.journeys.payer import Checkout, sign_in
from tests.support.bills import Owed
from tests.support.browser import assert_accessible
from tests.support.people import Person

pytestmark = pytest.mark.journey
AMOUNT = re.compile(r"[£$€¥]|GBP|\d+[.,]\d\d\b")


def test_clara_sees_not_yet_and_then_paid_and_no_amounts(
    page: Page,
    new_window: Callable[..., Page],
    alice: Person,
    clara: Person,
    request_bill: Callable[..., Owed],
) -> None:
    bill = request_bill(alice)
    clinic = new_window()
    sign_in(clinic, clara)
    expect(clinic.get_by_role("heading", level=1)).to_have_text("Your patients")
    _expect_answer(clinic, "Not yet")
    sign_in(page, alice)
    checkout = Checkout(page, bill).open().fill()
    checkout.pay()
    checkout.expect_paid()
    clinic.reload()
    _expect_answer(clinic, "Paid")
    clinic.get_by_role("link", name="Alice Archer").click()
    _expect_answer(clinic, "Paid")


def test_bob_is_nobody_to_clara(page: Page, clara: Person, bob: Person) -> None:
    sign_in(page, clara)
    expect(page.get_by_text("Bob Baker")).to_have_count(0)
    for ref in (bob.patient_ref, "PAT-0000000000000000"):
        answer = page.goto(f"/clinic/patients/{ref}")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_text("Bob Baker")).to_have_count(0)
    assert_accessible(page)


def test_clara_finds_one_of_many_patients_while_she_types(
    page: Page, portal: Portal, clara: Person
) -> None:
    add_patients(portal, clara, 9)
    sign_in(page, clara)
    names, box, live = page.locator(".person__name"), page.get_by_label("Find a patient"), "#live"
    expect(names).to_have_count(10)
    expect(box).to_be_focused()
    page.keyboard.type("zoé 007")
    expect(names).to_have_text(["Zoe 007"])
    expect(page.locator(live)).to_have_text("1 patient found: Zoe 007")
    expect(box).to_be_focused()
    assert_accessible(page)
    box.fill("zoe nobody")
    expect(page.get_by_role("heading", level=2)).to_have_text("No patient found")
    expect(page.locator(live)).to_have_text("No patient found")
    expect(box).to_be_focused()
    assert page.url.endswith("/clinic")
    assert_accessible(page)
    box.fill("")
    expect(names).to_have_count(10)
    expect(page.locator(live)).to_have_text("10 patients")


def test_clara_opens_the_right_john_smith(page: Page, portal: Portal, clara: Person) -> None:
    wanted = add_patient(portal, clara, "John Smith", date(1958, 2, 3))
    add_patient(portal, clara, "John Smith", date(1994, 9, 17))
    sign_in(page, clara)
    page.keyboard.type("smith")
    expect(page.locator(".person__name")).to_have_text(["John Smith", "John Smith"])
    row = page.get_by_role("listitem").filter(has_text="3 Feb 1958")
    expect(row.get_by_role("link")).to_have_accessible_description(re.compile("Born 3 Feb 1958"))
    row.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("John Smith")
    expect(page.get_by_role("main")).to_contain_text(wanted.patient_ref)
    expect(page.get_by_role("main")).to_contain_text("Born 3 Feb 1958")
    assert_accessible(page)


def test_show_more_goes_on_where_the_list_ended(page: Page, portal: Portal, clara: Person) -> None:
    add_patients(portal, clara, PAGE_ROWS)
    sign_in(page, clara)
    names = page.locator(".person__name")
    expect(names).to_have_count(PAGE_ROWS)
    page.get_by_role("link", name="Show more").click()
    expect(names).to_have_count(PAGE_ROWS + 1)
    expect(names.last.get_by_role("link")).to_be_focused()
    expect(page.get_by_role("link", name="Show more")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_twice_as_large_letters_fit(
    new_window: Callable[..., Page], portal: Portal, clara: Person, width: int
) -> None:
    add_patient(portal, clara, "Maximiliana Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh")
    page = new_window(viewport={"width": width, "height": 900})
    sign_in(page, clara)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    needed = page.evaluate("document.documentElement.scrollWidth")
    assert needed <= width
    assert_accessible(page)


def _expect_answer(clinic: Page, answer: str) -> None:
    row = clinic.get_by_role("listitem").filter(has_text="Video consultation")
    expect(row).to_contain_text(answer)
    assert not AMOUNT.search(clinic.get_by_role("main").inner_text())
    assert_accessible(clinic)
