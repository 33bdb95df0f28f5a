"""Every page, in every state that a person meets: accessible, in both colour schemes, from phone to
desktop.
"""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from portal.actions.refund import refund
from portal.context import Portal
from portal.payments.models import Payment
from portal.refunds.rules import RefundReason
from portal.stripe_sync.payments import sync_payment
from tests.journeys.installation import Installation, StripeAccount
from tests.journeys.payer import arrive_signed_in, sign_in
from tests.support.bills import Owed
from tests.support.browser import assert_accessible
from tests.support.people import Person

pytestmark = [pytest.mark.journey, pytest.mark.long]
WIDTHS = (1280, 390, 320)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PUBLIC = ("/sign-in", "/forgotten-password", "/forgotten-password/x", "/r/x", "/nowhere")
PATIENT = (
    "/services",
    "/services/video-consultation",
    "/services/document-review?quantity=3",
    "/services/document-review?quantity=99",
    "/services/clinical-letter",
    "/account",
    "/account/email",
    "/account/password",
    "/account/currency",
    "/account/address",
)
# The texts that are wider than what may be seen of them, and the page's own width where it is.
CUT_OFF = """() => [...document.querySelectorAll("html, body, main *, header *, footer *")]
  .filter((one) => !one.closest(".visually-hidden, iframe, svg, select, [hidden]"))
  .filter((one) => one === document.documentElement
    ? one.scrollWidth > innerWidth
    : one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible")
  .map((one) => `${one.tagName} ${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""
# They show what has happened, and are looked at when something has.
HISTORY = ("/", "/payments", "/payments?state=canceled")


@pytest.fixture
def history(
    portal: Portal,
    stripe: StripeAccount,
    alice: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
) -> list[str]:
    """The pages of Alice's bills and payments, one of each kind."""
    pages: list[str] = []
    for token in (
        "pm_card_visa",
        "pm_card_chargeDeclined",
        "pm_card_authenticationRequired",
        None,
        "pm_card_amex",
    ):
        bill = request_bill(alice, "clinical-letter", options=("posted-copy", "urgent"))
        pages += [f"/bills/{bill.ref}", f"/bills/{bill.ref}/pay"]
        if token == "pm_card_amex":
            stripe.hold_processing()
        if token:
            payment = pay(bill, token)
            sync_payment(portal, payment.id)
            pages.append(f"/payments/{payment.ref}")
        else:
            pages.append(f"/bills/{bill.ref}/withdraw")
    return pages


@pytest.fixture
def refunded(
    portal: Portal,
    alice: Person,
    adam: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
) -> str:
    """The reference of a payment of Alice's that was refunded in part."""
    payment = pay(request_bill(alice))
    sync_payment(portal, payment.id)
    refund(portal, payment.ref, 1000, RefundReason.NOT_GIVEN, "By telephone", adam.user_id)
    return payment.ref


def of_the_office(ref: str) -> tuple[str, ...]:
    """The administrator's pages, with those of this payment."""
    one = f"/admin/payments/{ref}"
    return ("/admin", "/admin/payments", one, f"{one}/refund", "/admin/reconcile")


@pytest.fixture
def page(new_window: Callable[..., Page]) -> Page:
    """A tab where nothing moves: colours that are on their way to others would be measured."""
    return new_window(reduced_motion="reduce")


def test_everybody_s_pages(page: Page) -> None:
    check(page, *PUBLIC)


def test_a_patient_s_pages(page: Page, alice: Person) -> None:
    sign_in(page, alice)
    check(page, *PATIENT)


def test_a_patient_s_bills_and_payments(
    page: Page, installation: Installation, alice: Person, history: list[str], refunded: str
) -> None:
    check(page, installation.link_to(alice.email, "Receipt for your payment"))
    sign_in(page, alice)
    check(page, *HISTORY, *history, f"/payments/{refunded}")


def test_the_staff_s_pages(
    page: Page,
    new_window: Callable[..., Page],
    alice: Person,
    clara: Person,
    adam: Person,
    request_bill: Callable[..., Owed],
    refunded: str,
) -> None:
    request_bill(alice)
    sign_in(page, clara)
    check(page, "/clinic", f"/clinic/patients/{alice.patient_ref}", "/account")
    page = new_window(reduced_motion="reduce")
    sign_in(page, adam)
    check(page, *of_the_office(refunded), "/account")


@pytest.mark.parametrize("tag", ["en-XA", "ar-XB"])
def test_a_patient_s_pages_in_a_longer_language_and_from_right_to_left(
    page: Page, alice: Person, history: list[str], refunded: str, tag: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/sign-in?locale={tag}")
    check_text(page, *PUBLIC)
    arrive_signed_in(page, alice)
    page.goto(f"/account?locale={tag}")  # signing in forgets it
    check_text(page, *PATIENT, *HISTORY, *history, f"/payments/{refunded}")


@pytest.mark.parametrize("tag", ["en-XA", "ar-XB"])
def test_the_staff_s_pages_in_a_longer_language_and_from_right_to_left(
    new_window: Callable[..., Page],
    alice: Person,
    clara: Person,
    adam: Person,
    request_bill: Callable[..., Owed],
    refunded: str,
    tag: str,
) -> None:
    request_bill(alice)
    for person, paths in (
        (clara, ("/clinic", f"/clinic/patients/{alice.patient_ref}")),
        (adam, of_the_office(refunded)),
    ):
        page = new_window(reduced_motion="reduce", viewport={"width": 320, "height": 700})
        arrive_signed_in(page, person)
        page.goto(f"/account?locale={tag}")
        check_text(page, *paths)


def check_text(page: Page, *paths: str) -> None:
    """In the language that was chosen before, on a phone: axe finds nothing, and no text is cut
    off or reaches out of the page.
    """
    for path in paths:
        page.goto(path)
        expect(page.locator("html[lang=en-GB]")).to_have_count(0)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert_accessible(page)
        assert page.evaluate(CUT_OFF) == [], path


def check(page: Page, *paths: str) -> None:
    """axe finds nothing in either colour scheme, and nobody has to scroll sideways."""
    for path in paths:
        page.goto(path)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            if page.locator("iframe").count():  # the card form takes its colours when it is loaded
                page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            assert_accessible(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            needed = page.evaluate("document.documentElement.scrollWidth")
            assert needed <= width, f"{path} is {needed} px wide at {width} px"
