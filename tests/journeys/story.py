"""The main story: Alice sees the price, asks for a service, pays by card, and gets her invoice and
her receipt.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.invoices.reading import text_of
from tests.journeys.installation import Installation, words_of
from tests.journeys.payer import Checkout, sign_in
from tests.support.bills import Owed
from tests.support.people import Person

TOTAL = 10_854
TOTAL_TEXT = "£108.54"
CLINICAL_WORDS = re.compile(
    r"document review|consultation|letter|clinic(?!\.example)|patient|doctor|alice", re.IGNORECASE
)


def alice_pays_for_a_service(
    installation: Installation, page: Page, alice: Person, new_window: Callable[..., Page]
) -> None:
    """From signing in to the invoice and the mail, everything by what stands on the screen."""
    stripe = installation.stripe
    stripe.forget_charges()
    sign_in(page, alice)
    page.get_by_role("link", name="Services", exact=True).click()
    page.get_by_role("link", name="Document review").click()
    total = page.get_by_role("row", name="You pay").get_by_role("cell")
    expect(total).to_have_text("£49.80")
    for _ in range(2):
        page.get_by_role("button", name="One more").click()
    expect(page.get_by_role("row", name="10% off")).to_be_visible()
    expect(total).to_have_text(TOTAL_TEXT)
    page.get_by_role("button", name="Continue to payment").click()

    checkout = Checkout(page, Owed(0, "", TOTAL, "GBP"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Pay {TOTAL_TEXT}")
    expect(checkout.pay_button).to_have_text(f"Pay {TOTAL_TEXT}")
    checkout.fill().pay()
    checkout.expect_paid()
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    expect(page.get_by_text("A clinician reads them and writes back to you")).to_be_visible()
    expect(page.get_by_text(f"your receipt to {alice.email}")).to_be_visible()
    (charge,) = stripe.charges()
    assert (charge.amount, charge.currency) == (TOTAL, "gbp")
    assert charge.billing_details.address is not None
    assert charge.billing_details.address.postal_code == "SE1 7PB"
    assert not CLINICAL_WORDS.search(
        f"{charge.description} {charge.metadata} {charge.statement_descriptor}"
    )

    _alice_finds_her_invoice(page)
    _the_receipt_opens_signed_out(installation, alice, new_window())


def _alice_finds_her_invoice(page: Page) -> None:
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the invoice (PDF)").click()
    invoice = started.value.path().read_bytes()
    assert TOTAL_TEXT in text_of(invoice)
    page.get_by_role("link", name="Payments", exact=True).click()
    row = page.get_by_role("listitem").filter(has_text="Document review")
    for text in (TOTAL_TEXT, "Paid", "Visa ending 4242", "Invoice"):
        expect(row).to_contain_text(text)


def _the_receipt_opens_signed_out(installation: Installation, alice: Person, page: Page) -> None:
    mail = installation.mail_to(alice.email, "Receipt for your payment")
    assert not CLINICAL_WORDS.search(words_of(mail).replace("Riverside Clinic", ""))
    page.goto(installation.link_to(alice.email, "Receipt for your payment"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your receipt")
    expect(page.get_by_role("main")).to_contain_text(TOTAL_TEXT)
    assert not CLINICAL_WORDS.search(
        page.get_by_role("main").inner_text().replace("Riverside Clinic", "")
    )
    with page.expect_download() as started:
        page.get_by_role("link", name="Download your receipt").click()
    assert TOTAL_TEXT in text_of(started.value.path().read_bytes())
