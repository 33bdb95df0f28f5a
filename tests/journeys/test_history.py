"""The list of payments: filter, search, load more, Back and Forward; with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.context import Portal
from portal.patient.payments.history import PAGE_ROWS
from portal.payments.models import Payment
from portal.stripe_sync.payments import sync_payment
from tests.journeys.payer import arrive_signed_in, sign_in
from tests.support.bills import Owed, started
from tests.support.browser import assert_accessible
from tests.support.people import Person

pytestmark = pytest.mark.journey


@pytest.fixture
def two_payments(
    portal: Portal, alice: Person, request_bill: Callable[..., Owed], pay: Callable[..., Payment]
) -> Person:
    """Alice has paid for a consultation, and not finished paying for a letter."""
    sync_payment(portal, pay(request_bill(alice)).id)
    started(portal, request_bill(alice, "clinical-letter"))
    return alice


def test_the_list_is_filtered_and_searched_in_place_and_back_undoes_it(
    page: Page, two_payments: Person
) -> None:
    sign_in(page, two_payments)
    page.get_by_role("link", name="Payments", exact=True).click()
    paid, unpaid = (
        page.get_by_role("listitem").filter(has_text=title)
        for title in ("Video", "Clinical letter")
    )
    expect(paid).to_be_visible()
    page.get_by_label("Show", exact=True).select_option(label="Not paid")
    expect(page).to_have_url(re.compile("state=unpaid"))
    expect(paid).to_have_count(0)
    expect(unpaid).to_be_visible()
    expect(page.locator("#live")).to_have_text("The list of payments has changed")
    assert_accessible(page)
    page.get_by_label("Search by service, amount, card or reference").fill("consultation")
    expect(page.get_by_text("No payments found", exact=True).first).to_be_visible()
    expect(page.locator("#live")).to_have_text("No payments found")
    assert_accessible(page)
    page.go_back()
    expect(unpaid).to_be_visible()
    expect(page.get_by_label("Show", exact=True)).to_have_value("unpaid")
    page.go_back()
    expect(paid).to_be_visible()
    expect(page.get_by_label("Show", exact=True)).to_have_value("all")
    page.go_forward()
    expect(paid).to_have_count(0)


def test_the_list_is_filtered_without_scripts(
    new_window: Callable[..., Page], two_payments: Person
) -> None:
    page = new_window(java_script_enabled=False)
    sign_in(page, two_payments)
    page.goto("/payments")
    page.get_by_label("Show", exact=True).select_option(label="Paid")
    page.get_by_label("Search by service, amount, card or reference").fill("video")
    page.get_by_role("button", name="Show payments").click()
    expect(page.get_by_role("listitem").filter(has_text="Video consultation")).to_be_visible()
    expect(page.get_by_text("Clinical letter")).to_have_count(0)
    page.goto("/payments?state=paid")
    page.get_by_role("listitem").filter(has_text="Video").get_by_role(
        "link", name="Video consultation"
    ).click()
    with page.expect_download() as invoice:
        page.get_by_role("link", name="Download the invoice (PDF)").click()
    assert invoice.value.path().read_bytes().startswith(b"%PDF")


def test_more_payments_are_loaded_where_the_first_end(
    page: Page,
    new_window: Callable[..., Page],
    portal: Portal,
    alice: Person,
    request_bill: Callable[..., Owed],
) -> None:
    for _ in range(PAGE_ROWS + 2):
        started(portal, request_bill(alice))
    rows = "#history .record"
    sign_in(page, alice)
    page.goto("/payments")
    expect(page.locator(rows)).to_have_count(PAGE_ROWS)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(rows)).to_have_count(PAGE_ROWS + 2)
    expect(page.locator("#history li").nth(PAGE_ROWS)).to_be_focused()
    expect(page.get_by_role("link", name="Show more")).to_have_count(0)
    assert_accessible(page)

    plain = new_window(java_script_enabled=False)
    sign_in(plain, alice)
    plain.goto("/payments")
    plain.get_by_role("link", name="Show more").click()
    expect(plain.locator(rows)).to_have_count(2)


def test_back_shows_the_row_that_was_opened_again(
    page: Page, portal: Portal, alice: Person, request_bill: Callable[..., Owed]
) -> None:
    oldest, *_rest = [started(portal, request_bill(alice)) for _ in range(PAGE_ROWS + 2)]
    row = page.locator(f"#{oldest.ref}")
    arrive_signed_in(page, alice)
    page.goto("/payments?state=unpaid")
    page.get_by_role("link", name="Show more").click()
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Payments")
    page.go_back()
    expect(row).to_be_in_viewport()
    row.get_by_role("link").click()
    page.get_by_role("link", name="Back to your payments").click()
    expect(page).to_have_url(re.compile(r"/payments\?state=unpaid&rows=40#PAY-"))
    expect(row).to_be_in_viewport()


def test_a_search_is_one_step_back_however_slowly_it_is_typed(
    page: Page, two_payments: Person
) -> None:
    arrive_signed_in(page, two_payments)
    page.goto("/payments")
    field = page.get_by_label("Search by service, amount, card or reference")
    entries = page.evaluate("history.length")
    for typed in ("l", "le", "lett", "letter"):
        field.fill(typed)
        expect(page).to_have_url(re.compile(rf"q={typed}$"))
    field.press("Enter")
    expect(page.get_by_text("Clinical letter")).to_be_visible()
    field.fill("54")
    expect(page).to_have_url(re.compile(r"q=54$"))
    field.press("Tab")
    expect(page.get_by_role("link", name="Video consultation")).to_be_visible()
    assert page.evaluate("history.length") == entries + 2
    page.go_back()
    expect(field).to_have_value("letter")
    page.go_back()
    expect(field).to_have_value("")
    expect(page.locator("#history .record")).to_have_count(2)


@pytest.mark.parametrize("words", ["54", "£54.00", "4242", "Visa ending 4242"])
def test_what_a_bank_statement_shows_finds_the_payment(
    page: Page, two_payments: Person, words: str
) -> None:
    arrive_signed_in(page, two_payments)
    page.goto("/payments")
    page.get_by_label("Search by service, amount, card or reference").fill(words)
    expect(page.locator("#history .record")).to_have_count(1)
    expect(page.get_by_role("link", name="Video consultation")).to_be_visible()


def test_a_year_is_downloaded_and_its_links_are_big_enough_for_a_thumb(
    new_window: Callable[..., Page], two_payments: Person
) -> None:
    page = new_window(viewport={"width": 390, "height": 844})
    arrive_signed_in(page, two_payments)
    page.goto("/payments")
    for name in (re.compile("^Invoice"), re.compile("^Download")):
        link = page.get_by_role("link", name=name).bounding_box()
        assert link is not None
        assert link["height"] >= 44
    with page.expect_download() as table:
        page.get_by_role("link", name=re.compile("^Download")).click()
    assert "Video consultation" in table.value.path().read_text("utf-8-sig")
    assert re.fullmatch(r"payments-\d{4}\.csv", table.value.suggested_filename)


def test_the_columns_stand_under_each_other(page: Page, two_payments: Person) -> None:
    arrive_signed_in(page, two_payments)
    page.goto("/payments")
    for part in ("date", "title", "amount", "state"):
        boxes = [one.bounding_box() for one in page.locator(f"#history .record__{part}").all()]
        ends = {round(box["x"] + box["width"]) for box in boxes if box}
        starts = {round(box["x"]) for box in boxes if box}
        assert len(boxes) == 2
        assert 1 in (len(starts), len(ends)), part
