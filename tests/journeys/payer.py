"""A person at a tab of the browser: signing in, filling in the card form, answering the bank."""

import re
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.journeys.cards import VISA
from tests.support.bills import Owed
from tests.support.client import PASSWORD
from tests.support.people import Person

PAYMENT_PAGE = re.compile(r"/payments/PAY-")


def sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    """Through the sign-in page, as everybody does."""
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()


def arrive_signed_in(page: Page, person: Person) -> None:
    """As `sign_in`, by the same form, without looking at it: for stories that begin later."""
    form = page.request.get("/sign-in").text()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)
    assert token is not None
    fields = {"csrf_token": token[1], "email": person.email, "password": PASSWORD}
    answer = page.request.post("/sign-in", form=fields, max_redirects=0)
    assert answer.status == 303


@dataclass(frozen=True)
class Checkout:
    """The checkout page of one bill in one tab."""

    page: Page
    bill: Owed

    def open(self) -> "Checkout":
        self.page.goto(f"/bills/{self.bill.ref}/pay")
        return self.await_form()

    def await_form(self) -> "Checkout":
        """Until Stripe's part of the form is there nothing has its final place on the page."""
        expect(self.page.locator("#payment-element")).not_to_have_attribute("aria-busy", "true")
        return self

    @property
    def card(self) -> FrameLocator:
        return self.page.frame_locator("#payment-element iframe")

    @property
    def bank(self) -> Locator:
        """The bank's 3-D Secure dialog."""
        return self.page.frame_locator("iframe[title='3-D Secure authentication']").get_by_role(
            "dialog"
        )

    @property
    def pay_button(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Pay "))

    @property
    def problem(self) -> Locator:
        """What went wrong, as the page tells it."""
        return self.page.locator("#problem")

    def fill_card(self, number: str = VISA, expiry: str = "12 / 34", cvc: str = "123") -> None:
        self.card.locator("[name=number]").fill(number)
        self.card.locator("[name=expiry]").fill(expiry)
        self.card.locator("[name=cvc]").fill(cvc)
        self.card.locator("[name=postalCode]").fill("SE1 7PB")

    def fill(self, number: str = VISA) -> "Checkout":
        self.await_form()
        self.fill_card(number)
        return self

    def pay(self) -> None:
        self.pay_button.click()

    def expect_paid(self) -> None:
        """The payment's page says that the money has arrived."""
        expect(self.page).to_have_url(PAYMENT_PAGE)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile("^You've paid "))

    def expect_problem(self, heading: str) -> None:
        """The problem is told, that nothing was taken is said, and the form can be used again."""
        expect(self.problem).to_contain_text(heading)
        expect(self.problem).to_contain_text("You have not been charged.")
        expect(self.problem).to_be_focused()
        expect(self.pay_button).not_to_have_attribute("aria-disabled", "true")
