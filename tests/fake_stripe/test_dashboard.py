"""The dashboard: shows what is there, and its buttons do what they say."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import html5lib
import pytest
import stripe

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.dashboard.pages import KINDS, Dashboard
from tests.fake_stripe.payments import paid_charge, pay

Browser = Callable[..., tuple[int, dict[str, str], str]]


@pytest.fixture
def browser(offline: OfflineStripe) -> Browser:
    dashboard = Dashboard(offline)

    def visit(path: str, **form: str) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(path)
        method = "POST" if form else "GET"
        answer = dashboard.respond(Request(method, parts.path, parts.query, {}, urlencode(form).encode()))
        assert answer is not None
        status, headers, body = answer
        if status == 200:
            html5lib.HTMLParser(strict=True).parse(body.decode())
        return status, dict(headers), body.decode()

    return visit


@pytest.mark.parametrize("path", KINDS)
def test_every_page_shows_what_there_is(
    path: str, browser: Browser, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    assert "Nothing here yet" in browser(path)[2]
    client.v1.refunds.create({"charge": paid_charge(client).id, "amount": 100})
    paid_charge(client, "pm_card_createDispute")
    offline.run_due()
    offline.advance(8 * 86400)

    _, headers, page = browser(path)

    assert "Nothing here yet" not in page
    assert "No money moves" in page
    assert "script-src" not in headers["Content-Security-Policy"]
    assert page.count("<h1>") == 1


def test_a_button_does_what_it_says_and_says_so(browser: Browser, client: stripe.StripeClient) -> None:
    charge = paid_charge(client)

    status, headers, _ = browser("/act", action="refunds", charge=charge.id, back="/", account="clinic")

    assert (status, headers["Location"]) == (303, "/?account=clinic&message=Done.")
    assert client.v1.charges.retrieve(charge.id).refunded is True


def test_a_button_that_cannot_be_pressed_says_why(browser: Browser, client: stripe.StripeClient) -> None:
    charge = paid_charge(client)
    browser("/act", action="refunds", charge=charge.id, back="/", account="clinic")

    _, headers, _ = browser("/act", action="refunds", charge=charge.id, back="//evil.test", account="clinic")

    assert headers["Location"].startswith("/?account=clinic&message=Charge+")


@pytest.mark.parametrize(("outcome", "redirect_status"), [("complete", "succeeded"), ("fail", "failed")])
def test_a_payer_sent_to_the_challenge_comes_back(
    outcome: str, redirect_status: str, browser: Browser, client: stripe.StripeClient
) -> None:
    intent = pay(client, "pm_card_threeDSecure2Required")
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    parts = urlsplit(str(intent.next_action.redirect_to_url.url))
    assert "£50.00" in browser(f"{parts.path}?{parts.query}")[2]

    status, headers, _ = browser(
        "/authenticate", payment_intent=intent.id, client_secret=str(intent.client_secret), outcome=outcome
    )

    assert status == 303
    assert headers["Location"].startswith("https://clinic.test/return?")
    assert parse_qs(urlsplit(headers["Location"]).query)["redirect_status"] == [redirect_status]


def test_a_challenge_that_is_over_says_so(browser: Browser, client: stripe.StripeClient) -> None:
    intent = pay(client)

    status, _, page = browser(f"/authenticate?payment_intent={intent.id}&client_secret={intent.client_secret}")

    assert (status, "no payment waiting" in page) == (404, True)


def test_names_from_outside_are_only_text(browser: Browser, outsider: stripe.StripeClient) -> None:
    pay(outsider)

    page = browser("/?account=bob&message=%3Cscript%3Ealert(1)%3C/script%3E")[2]

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_receipt_tells_amount_and_card(browser: Browser, client: stripe.StripeClient) -> None:
    page = browser(f"/receipts/{paid_charge(client).id}")[2]

    assert "£50.00" in page
    assert "Visa ending 4242" in page
