"""The list of payments: filter, search, load more, Back and Forward; with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.context import Portal
from portal.patient.payments.history import PAGE_ROWS
from portal.payments.models import Payment
from portal.stripe_sync.payments import sync_payment
from tests.journeys.payer import sign_in
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
