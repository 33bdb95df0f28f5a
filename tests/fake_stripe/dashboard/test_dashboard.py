"""The dashboard: shows what is there, and its buttons do what they say."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
import stripe

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.dashboard.lists import LISTS
from fake_stripe.dashboard.pages import SECTIONS, Dashboard
from tests.fake_stripe.payments import from_browser, paid_charge, pay

Browser = Callable[..., tuple[int, dict[str, str], str]]


@pytest.fixture
def browser(offline: OfflineStripe) -> Browser:
    dashboard = Dashboard(offline)

    def visit(path: str, **form: str) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(path)
        method = "POST" if form else "GET"
        answer = dashboard.respond(
            Request(method, parts.path, parts.query, {}, urlencode(form).encode())
        )
        assert answer is not None
        body = answer.body.decode()
        if answer.status == 200:
            html5lib.HTMLParser(strict=True).parse(body)
        return answer.status, dict(answer.headers), body

    return visit


def _make_one_of_everything(client: stripe.StripeClient, offline: OfflineStripe) -> None:
    """Payments in every state, with disputes, reviews, warnings, refunds and payouts."""
    client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    client.v1.customers.create({"name": "Alice"})
    twice = ("createDispute", "createDisputeInquiry", "riskLevelElevated")
    for card in (*twice, *twice):
        paid_charge(client, f"pm_card_{card}")
    offline.advance(8 * 86400)
    # More than all that can be refunded and disputed of it by pressing each button once.
    for _ in range(5):
        paid_charge(client, "pm_card_bypassPending", 1_000_000)
    offline.settings.hold_processing = 2
    pay(client)
    pay(client)
    offline.settings.delays.refund = 30 * 86400
    for _ in range(5):  # disputes of the newest payments fail the refunds of theirs
        client.v1.refunds.create({"charge": paid_charge(client, "pm_card_pendingRefund").id})
    offline.run_due()


def test_a_button_acts_on_the_account_of_its_page(
    browser: Browser,
    client: stripe.StripeClient,
    outsider: stripe.StripeClient,
    offline: OfflineStripe,
) -> None:
    client.v1.customers.create()
    outsider.v1.refunds.list()
    _, _, page = browser("/testing?account=bob")
    hold = next(button for button in _buttons(page) if button["does"] == "POST processing/hold")

    browser("/act", **{name: value for name, value in hold.items() if name != "label"})

    held = {name: offline.accounts.of(name).settings.hold_processing for name in ("clinic", "bob")}
    assert held == {"clinic": 0, "bob": 1}
    assert "/v1/refunds" in page
    assert "/v1/customers" not in page


def _buttons(page: str) -> list[dict[str, str]]:
    """What each form that posts would send, with the label of its button."""
    document = html5lib.parse(page, namespaceHTMLElements=False)
    forms = [form for form in document.iter("form") if form.get("method") == "post"]
    return [_filled(form) for form in forms]


def _filled(form: Element) -> dict[str, str]:
    values = {field.get("name", ""): field.get("value", "") for field in form.iter("input")}
    for field in form.iter("select"):
        option = next(field.iter("option"))
        values[field.get("name", "")] = option.get("value", option.text or "")
    return values | {"label": next(form.iter("button")).text or ""}


@pytest.mark.parametrize("path", LISTS)
def test_every_list_shows_what_there_is(
    path: str, browser: Browser, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    assert "Nothing here yet" in browser(path)[2]
    _make_one_of_everything(client, offline)

    _, headers, page = browser(path)

    assert "Nothing here yet" not in page
    assert "No money moves" in page
    assert "script-src" not in headers["content-security-policy"]
    assert page.count("<h1>") == 1


def test_a_list_is_narrowed_and_turned_page_by_page(
    browser: Browser, client: stripe.StripeClient
) -> None:
    for _ in range(51):
        client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    pay(client)

    first = browser("/")[2]
    [older] = re.findall(r'href="(/\?account=clinic&amp;only=&amp;before=[^"]+)"', first)

    assert first.count('class="state') == 50
    assert browser(unescape(older))[2].count('class="state') == 2
    assert browser("/?only=succeeded")[2].count('class="state') == 1
    assert "Nothing here is canceled" in browser("/?only=canceled")[2]


def test_every_object_has_a_page(
    browser: Browser, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    _make_one_of_everything(client, offline)

    for row in offline.store.rows("SELECT kind, id FROM objects"):
        status, headers, page = browser(f"/objects/{row['id']}")
        if row["kind"] == "charge":
            assert (status, headers["location"][:12]) == (303, "/objects/pi_")
        else:
            assert (status, row["id"] in page) == (200, True)


def test_a_payment_has_its_refunds_its_money_and_its_events_beside_it(
    browser: Browser, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    charge = paid_charge(client, "pm_card_createDispute")
    offline.run_due()
    [dispute] = client.v1.disputes.list({"charge": charge.id}).data

    page = browser(f"/objects/{charge.payment_intent}")[2]

    assert f'href="/objects/{dispute.id}"' in page
    assert "charge.dispute.funds_withdrawn" in page
    assert "-£50.00" in page
    assert "delivered" in page


def test_every_button_that_is_offered_can_be_pressed(
    browser: Browser, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    _make_one_of_everything(client, offline)
    pages = [
        *SECTIONS,
        *(f"/objects/{row['id']}" for row in offline.store.rows("SELECT id FROM objects")),
    ]
    pressed = set()

    for path in pages:
        status, _, page = browser(path)
        forms = _buttons(page) if status == 200 else []
        for label in dict.fromkeys(form["label"] for form in forms if form["label"] not in pressed):
            # Earlier buttons have changed what is offered.
            offered = next(
                (form for form in _buttons(browser(path)[2]) if form["label"] == label), None
            )
            if offered is None:
                continue
            pressed.add(offered.pop("label"))
            _, headers, _ = browser("/act", **offered)
            assert "message=" in headers["location"], (path, offered, headers["location"])

    assert {
        "Refund", "Refund a part", "Dispute", "Dispute it for this", "Inquiry", "Fraud warning",
        "Cancel", "Approve", "Let it succeed", "Let it fail", "We win", "Customer wins",
        "Bank closes it", "Becomes a chargeback", "Prevented dispute", "Bank changes its mind",
        "May be appealed", "Send to review", "Acknowledge", "Ask the payer", "Begin the next so",
        "Succeed", "Fail", "Resend", "Drop", "Advance", "Pay out now", "Spoil the next requests",
    } <= pressed  # fmt: skip


def test_a_button_does_what_it_says_and_says_so(
    browser: Browser, client: stripe.StripeClient
) -> None:
    charge = paid_charge(client)

    status, headers, _ = browser(
        "/act", does="POST refunds", charge=charge.id, back="/refunds?account=clinic"
    )

    refund = client.v1.refunds.list().data[0]
    assert status == 303
    assert (
        headers["location"] == f"/refunds?account=clinic&message=Refund+{refund.id}+is+succeeded."
    )


def test_a_button_beside_a_search_result_leads_back_to_it(
    browser: Browser, client: stripe.StripeClient
) -> None:
    client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "metadata": {"reference": "PAY-7"}}
    )
    found = browser("/find?account=clinic&words=PAY-7")[2]
    [cancel] = [form for form in _buttons(found) if form.pop("label") == "Cancel"]

    _, headers, _ = browser("/act", **cancel)

    parts = urlsplit(headers["location"])
    query = parse_qs(parts.query)
    assert (parts.path, query["account"], query["words"]) == ("/find", ["clinic"], ["PAY-7"])
    assert query["message"][0].endswith("is canceled.")


def test_a_button_that_cannot_be_pressed_says_why_and_leads_nowhere_else(
    browser: Browser, client: stripe.StripeClient
) -> None:
    charge = paid_charge(client)
    browser("/act", does="POST refunds", charge=charge.id, back="/")

    for back in ("//evil.test", "https://evil.test/", "/\\evil.test", "/objects/../../evil"):
        _, headers, _ = browser("/act", does="POST refunds", charge=charge.id, back=back)

        assert headers["location"].startswith("/?problem=Charge+")


@pytest.mark.parametrize("action", ["GET health", "POST nothing", "", "DELETE"])
def test_only_actions_of_the_control_surface_have_buttons(action: str, browser: Browser) -> None:
    assert (
        browser("/act", does=action, back="/")[1]["location"]
        == "/?problem=There+is+no+such+action."
    )


def test_an_id_or_a_reference_is_found(
    browser: Browser, client: stripe.StripeClient, outsider: stripe.StripeClient
) -> None:
    ours = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "metadata": {"reference": "PAY-7"}}
    )
    outsider.v1.payment_intents.create(
        {"amount": 6000, "currency": "gbp", "metadata": {"reference": "PAY-7"}}
    )

    assert browser(f"/find?words={ours.id}")[1]["location"] == f"/objects/{ours.id}"
    found = browser("/find?account=clinic&words=pay-7")[2]
    assert (ours.id in found, found.count("£")) == (True, 1)
    assert "No object has this id" in browser("/find?account=clinic&words=nothing")[2]
    assert "No object has this id" in browser("/find?account=clinic")[2]
    assert browser("/objects/pi_nothing")[1]["location"] == "/find?words=pi_nothing"


def test_the_testing_page_names_keys_endpoints_and_requests(
    browser: Browser, client: stripe.StripeClient
) -> None:
    pay(client)
    assert "http://clinic.test/webhooks" in browser("/testing")[2]
    made = client.v1.webhook_endpoints.create(
        {"url": "https://second.test/", "enabled_events": ["charge.updated"]}
    )

    page = browser("/testing?account=clinic")[2]

    assert "pk_test_clinic" in page
    assert "http://clinic.test/webhooks" not in page
    assert made.secret is not None
    assert made.secret in page
    assert "POST /v1/payment_intents" in page


@pytest.mark.parametrize(
    ("outcome", "redirect_status"), [("complete", "succeeded"), ("fail", "failed")]
)
def test_a_payer_sent_to_the_challenge_comes_back(
    outcome: str, redirect_status: str, browser: Browser, client: stripe.StripeClient
) -> None:
    intent = pay(client, "pm_card_threeDSecure2Required")
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    parts = urlsplit(str(intent.next_action.redirect_to_url.url))
    assert "£50.00" in browser(f"{parts.path}?{parts.query}")[2]

    status, headers, _ = browser(
        "/authenticate",
        payment_intent=intent.id,
        client_secret=str(intent.client_secret),
        outcome=outcome,
    )

    assert status == 303
    assert headers["location"].startswith("https://clinic.test/return?")
    assert parse_qs(urlsplit(headers["location"]).query)["redirect_status"] == [redirect_status]


@pytest.mark.parametrize("secret", [{}, {"client_secret": "pi_x_secret_y"}])
def test_who_has_not_the_secret_cannot_answer_the_challenge(
    secret: dict[str, str], browser: Browser, client: stripe.StripeClient
) -> None:
    intent = pay(client, "pm_card_threeDSecure2Required")

    status, _, page = browser(
        "/authenticate", payment_intent=intent.id, outcome="complete", **secret
    )

    assert (status, "no payment waiting" in page) == (404, True)
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_action"


def test_a_payer_who_could_not_be_sent_back_does_not_pay(
    browser: Browser, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    made = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    secret = {"client_secret": str(made.client_secret)}
    typed = {"use_stripe_sdk": "true", "payment_method": "pm_card_threeDSecure2Required"}
    from_browser(offline, f"/v1/payment_intents/{made.id}/confirm", typed | secret)
    assert client.v1.payment_intents.retrieve(made.id).status == "requires_action"

    status, _, _ = browser("/authenticate", payment_intent=made.id, outcome="complete", **secret)

    assert status == 404
    assert client.v1.payment_intents.retrieve(made.id).status == "requires_action"


def test_a_challenge_that_is_over_says_so(browser: Browser, client: stripe.StripeClient) -> None:
    intent = pay(client)

    status, _, page = browser(
        f"/authenticate?payment_intent={intent.id}&client_secret={intent.client_secret}"
    )

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
