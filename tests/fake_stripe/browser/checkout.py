"""A payer's browser on the shop's page, and what the shop's script does there."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from playwright.sync_api import Frame, FrameLocator, Page

from tests.fake_stripe.browser.merchant import Shop

AMOUNT = 6750
VISA = "4242424242424242"
# Playwright itself waits for a script without end. This is longer than any page of the shop needs.
ANSWER_SECONDS = 15


def run_in(place: Page | Frame, script: str, argument: object = None) -> Any:
    """What a function in the page or the frame returns, awaited for ANSWER_SECONDS at most."""
    bounded = f"""(argument) => Promise.race([
      ({script})(argument),
      new Promise((_, reject) =>
        setTimeout(() => reject(new Error("no answer in time")), {ANSWER_SECONDS} * 1000)),
    ])"""
    return place.evaluate(bounded, argument)


@dataclass(frozen=True)
class Offline:
    """A running offline Stripe and one account at it."""

    origin: str
    secret_key: str
    publishable_key: str

    def call(self, path: str, **params: str | int) -> dict[str, Any]:
        """A secret-key request of the shop's server: POST with parameters, GET without."""
        body = urlencode(params).encode() if params else None
        headers = {"Authorization": f"Bearer {self.secret_key}"}
        request = Request(f"{self.origin}{path}", body, headers)  # noqa: S310
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
            found: dict[str, Any] = json.load(answer)
        return found

    def intent(self, amount: int = AMOUNT, currency: str = "gbp") -> str:
        """A new PaymentIntent's client secret."""
        path = "/v1/payment_intents"
        automatic = {"automatic_payment_methods[enabled]": "true"}
        secret: str = self.call(path, amount=amount, currency=currency, **automatic)[
            "client_secret"
        ]
        return secret


class Checkout:
    """The shop's page in the payer's browser; `stripe` and `elements` are its globals."""

    def __init__(self, page: Page, shop: Shop, offline: Offline) -> None:
        self.page = page
        self.offline = offline
        self.shop = shop
        self.open_page()

    def open_page(self) -> None:
        """Load the shop's page, or load it again: everything on it starts anew."""
        self.page.goto(self.shop.origin)
        self.run(
            "(key) => { window.stripe = Stripe(key); window.events = []; window.waiting = [] }",
            self.offline.publishable_key,
        )

    @property
    def card(self) -> FrameLocator:
        return self.page.frame_locator("#payment iframe")

    @property
    def address(self) -> FrameLocator:
        return self.page.frame_locator("#address iframe")

    @property
    def three_d_secure(self) -> FrameLocator:
        return self.page.frame_locator("iframe[title='3-D Secure authentication']")

    def run(self, script: str, argument: object = None) -> Any:
        return run_in(self.page, script, argument)

    def refusal(self, script: str) -> str:
        """What a script throws, as "Name: message"; "nothing" when it does not."""
        wrapped = (
            "async () => { try { await ("
            + script
            + ")() } catch (error) { return `${error.name}: ${error.message}` }"
        )
        refused: str = self.run(wrapped + ' return "nothing" }')
        return refused

    def group(self, **options: object) -> None:
        """Make the `elements` global: for the usual amount where nothing else is said."""
        if "clientSecret" not in options:
            options = {"mode": "payment", "amount": AMOUNT, "currency": "gbp", **options}
        self.run("(options) => { window.elements = stripe.elements(options) }", options)

    def mount(self, kind: str = "payment", **options: object) -> None:
        """Mount an Element and wait until it is ready; the global `events` notes its events."""
        self.run(
            """([kind, options]) => new Promise((resolve) => {
              const element = elements.create(kind, options);
              const names = ["ready", "change", "focus", "blur", "escape"];
              for (const name of [...names, "loaderror", "loaderstart"])
                element.on(name, (event) => {
                  events.push({name, ...event});
                  for (const look of waiting.splice(0)) look();
                });
              element.on("ready", resolve); element.on("loaderror", resolve);
              element.mount(`#${kind}`);
            })""",
            [kind, options],
        )

    def open_form(self, *, address: bool = False, **options: object) -> None:
        """Elements with a Payment Element, and a billing address where asked for."""
        self.group(**options)
        if address:
            self.mount("address", mode="billing")
        self.mount()

    def fill(
        self,
        number: str = VISA,
        expiry: str = "12 / 34",
        cvc: str = "123",
        postal_code: str | None = "SW1A 1AA",
    ) -> None:
        """Type a card as a person does."""
        for name, text in (
            ("number", number),
            ("expiry", expiry),
            ("cvc", cvc),
            ("postalCode", postal_code),
        ):
            if text is not None:
                self.card.locator(f"[name={name}]").fill(text)

    def submit(self) -> dict[str, Any]:
        found: dict[str, Any] = self.run("() => elements.submit()")
        return found

    def begin_confirm(
        self, client_secret: str, *, redirect: str = "if_required", **params: object
    ) -> None:
        """Submit and confirm as a shop does; `outcome` gives the result."""
        self.run(
            """([clientSecret, redirect, confirmParams]) => {
              window.result = elements.submit().then((submitted) => submitted.error ? submitted
                : stripe.confirmPayment({elements, clientSecret, redirect, confirmParams}));
            }""",
            [
                client_secret,
                redirect,
                {"return_url": f"{self.shop.origin}/return?order=7", **params},
            ],
        )

    def outcome(self) -> dict[str, Any]:
        found: dict[str, Any] = self.run("() => window.result")
        return found

    def pay(self, client_secret: str, **params: Any) -> dict[str, Any]:
        self.begin_confirm(client_secret, **params)
        return self.outcome()

    def change(self, element: str = "payment", **wanted: object) -> dict[str, Any]:
        """The latest change event, once it has what is wanted.

        Frames tell of a change a moment after it is made.
        """
        event: dict[str, Any] = self.run(
            """([element, wanted]) => new Promise((resolve, reject) => {
              const latest = () => events.findLast(
                (event) => event.name === "change" && event.elementType === element);
              const fits = (event) =>
                Object.entries(wanted).every(([key, value]) => event?.[key] === value);
              const look = () => fits(latest()) ? resolve(latest()) : waiting.push(look);
              const tooLate = () =>
                reject(new Error(`The latest change is ${JSON.stringify(latest())}`));
              setTimeout(tooLate, 5000);
              look();
            })""",
            [element, wanted],
        )
        return {key: value for key, value in event.items() if key != "name"}

    def events(self, name: str, element: str = "payment") -> list[dict[str, Any]]:
        """The events of that name so far, oldest first, without their name."""
        noted: list[dict[str, Any]] = self.run("() => events")
        return [
            {key: value for key, value in event.items() if key != "name"}
            for event in noted
            if event["name"] == name and event["elementType"] == element
        ]
