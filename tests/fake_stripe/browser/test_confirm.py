"""Confirming from the browser: results, errors in Stripe's words, and the way back."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.fake_stripe.browser.checkout import AMOUNT, VISA, Checkout
from tests.support.browser import Watch

pytestmark = pytest.mark.journey

DECLINES = [
    ("4000000000000002", "card_declined", "generic_decline", "Your card was declined."),
    (
        "4000000000009995",
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    ("4000000000000069", "expired_card", "expired_card", "Your card has expired."),
    (
        "4000000000000127",
        "incorrect_cvc",
        "incorrect_cvc",
        "Your card's security code is incorrect.",
    ),
    (
        "4000000000000119",
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
]


def test_a_card_pays_and_the_shop_is_told(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    intent = checkout.pay(checkout.offline.intent())["paymentIntent"]
    assert (intent["object"], intent["status"], intent["amount"]) == (
        "payment_intent",
        "succeeded",
        AMOUNT,
    )


def test_by_default_the_payer_is_sent_to_the_return_url(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    secret = checkout.offline.intent()
    checkout.begin_confirm(secret, redirect="always")
    checkout.page.wait_for_url(f"{checkout.shop.origin}/return?**")
    query = parse_qs(urlsplit(checkout.page.url).query)
    assert query == {
        "order": ["7"],
        "payment_intent": [secret.split("_secret_")[0]],
        "payment_intent_client_secret": [secret],
        "redirect_status": ["succeeded"],
    }


def test_a_payment_under_way_returns_as_pending(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    checkout.offline.call("/_control/processing/hold", count=1)
    checkout.begin_confirm(checkout.offline.intent(), redirect="always")
    checkout.page.wait_for_url("**/return?**redirect_status=pending**")


def test_a_declined_card_leaves_the_form_usable(checkout: Checkout) -> None:
    checkout.open_form()
    secret = checkout.offline.intent()
    for number, code, decline_code, message in DECLINES:
        checkout.fill(number=number)
        error = checkout.pay(secret, redirect="always")["error"]
        assert (error["type"], error["code"], error["message"]) == ("card_error", code, message)
        assert error["decline_code"] == decline_code
        assert error["payment_intent"]["status"] == "requires_payment_method"
        assert "payment_intent" not in checkout.page.url
    checkout.fill(number=VISA)
    assert checkout.pay(secret)["paymentIntent"]["status"] == "succeeded"


def test_a_second_confirmation_charges_nothing_and_says_that_it_is_paid(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    secret = checkout.offline.intent()
    checkout.pay(secret)
    error = checkout.pay(secret)["error"]
    assert (error["type"], error["code"]) == (
        "invalid_request_error",
        "payment_intent_unexpected_state",
    )
    assert error["payment_intent"]["status"] == "succeeded"
    charges = checkout.offline.call(f"/v1/charges?payment_intent={secret.split('_secret_')[0]}")[
        "data"
    ]
    assert len(charges) == 1


def test_the_test_wallet_pays(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.card.get_by_text("Test wallet", exact=True).click()
    assert checkout.change(complete=True)["value"] == {"type": "apple_pay"}
    secret = checkout.offline.intent()
    assert checkout.pay(secret)["paymentIntent"]["status"] == "succeeded"
    intent = checkout.offline.call(
        f"/v1/payment_intents/{secret.split('_secret_')[0]}?expand[]=latest_charge"
    )
    assert (
        intent["latest_charge"]["payment_method_details"]["card"]["wallet"]["type"] == "apple_pay"
    )


def test_the_billing_address_goes_along(checkout: Checkout) -> None:
    checkout.open_form(address=True)
    for label, text in [
        ("Full name", "Alice Example"),
        ("Address line 1", "1 High Street"),
        ("Town or city", "Leeds"),
    ]:
        checkout.address.get_by_label(label).fill(text)
    checkout.address.get_by_label("Postcode").fill("LS1 1AA")
    checkout.fill(postal_code=None)
    secret = checkout.offline.intent()
    details = {"email": "alice@example.test", "address": {"city": "overruled"}}
    checkout.pay(secret, payment_method_data={"billing_details": details})
    intent = checkout.offline.call(
        f"/v1/payment_intents/{secret.split('_secret_')[0]}?expand[]=latest_charge"
    )
    billing = intent["latest_charge"]["billing_details"]
    assert (billing["name"], billing["email"]) == ("Alice Example", "alice@example.test")
    assert billing["address"] == {
        "line1": "1 High Street", "line2": None, "city": "Leeds", "state": None,
        "postal_code": "LS1 1AA", "country": "GB",
    }  # fmt: skip
    checks = intent["latest_charge"]["payment_method_details"]["card"]["checks"]
    assert checks["address_postal_code_check"] == "pass"


def test_a_shipping_address_goes_along_as_shipping(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(
        "address",
        mode="shipping",
        display={"name": "split"},
        fields={"phone": "always"},
        defaultValues={
            "firstName": "Alice", "lastName": "Example", "phone": "+1 415 555 0100",
            "address": {"line1": "1 Main St", "city": "San Francisco", "state": "CA",
                        "postal_code": "94107", "country": "US"},
        },
    )  # fmt: skip
    checkout.mount()
    checkout.fill()
    secret = checkout.offline.intent()
    assert checkout.pay(secret)["paymentIntent"]["status"] == "succeeded"
    shipping = checkout.offline.call(f"/v1/payment_intents/{secret.split('_secret_')[0]}")[
        "shipping"
    ]
    assert (shipping["name"], shipping["phone"]) == ("Alice Example", "+1 415 555 0100")
    assert (shipping["address"]["state"], shipping["address"]["postal_code"]) == ("CA", "94107")


def test_country_and_postal_code_of_the_card_form_go_along(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill(postal_code="M1 1AE")
    secret = checkout.offline.intent()
    checkout.pay(secret)
    intent = checkout.offline.call(
        f"/v1/payment_intents/{secret.split('_secret_')[0]}?expand[]=latest_charge"
    )
    address = intent["latest_charge"]["billing_details"]["address"]
    assert (address["country"], address["postal_code"]) == ("GB", "M1 1AE")


def test_elements_with_a_client_secret_need_no_submit(checkout: Checkout) -> None:
    secret = checkout.offline.intent()
    checkout.open_form(clientSecret=secret)
    assert checkout.run("() => elements.fetchUpdates()") == {}
    confirm = 'stripe.confirmPayment({elements, redirect: "if_required"})'
    assert checkout.run(f"() => {confirm}")["error"]["code"] == "incomplete_number"
    checkout.fill()
    assert checkout.run(f"() => {confirm}")["paymentIntent"]["status"] == "succeeded"


def test_a_payment_that_is_over_does_not_load(checkout: Checkout) -> None:
    secret = checkout.offline.intent()
    checkout.open_form(clientSecret=secret)
    checkout.fill()
    checkout.pay(secret)
    assert (
        checkout.run("() => elements.fetchUpdates()")["error"]["code"]
        == "payment_intent_unexpected_state"
    )
    checkout.run('() => elements.getElement("payment").destroy()')
    checkout.open_form(clientSecret=secret)
    (event,) = checkout.events("loaderror")
    assert event["error"]["code"] == "payment_intent_unexpected_state"


def test_an_unknown_client_secret_does_not_load(checkout: Checkout) -> None:
    checkout.open_form(clientSecret="pi_unknown_secret_unknown")
    (event,) = checkout.events("loaderror")
    assert event["error"]["code"] == "resource_missing"


def test_an_amount_other_than_the_one_shown_is_refused(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    error = checkout.pay(checkout.offline.intent(amount=AMOUNT + 1))["error"]
    assert error["type"] == "invalid_request_error"
    assert error["message"] == (
        f"The provided amount ({AMOUNT + 1}) does not match the expected amount ({AMOUNT}). Try "
        "confirming with a Payment Intent that is configured to use the same parameters as the "
        "Stripe Elements."
    )
    checkout.run("(amount) => elements.update({amount})", AMOUNT + 1)
    assert (
        checkout.pay(checkout.offline.intent(amount=AMOUNT + 1))["paymentIntent"]["amount"]
        == AMOUNT + 1
    )


def test_a_payment_method_made_elsewhere_confirms_without_elements(checkout: Checkout) -> None:
    script = """(clientSecret) => stripe.confirmPayment({clientSecret, redirect: "if_required",
      confirmParams: {payment_method: "pm_card_visa", return_url: "https://shop.test/"}})"""
    assert checkout.run(script, checkout.offline.intent())["paymentIntent"]["status"] == "succeeded"


def test_a_card_payment_is_confirmed_with_what_is_at_hand(checkout: Checkout) -> None:
    confirm = "([secret, data, options]) => stripe.confirmCardPayment(secret, data, options)"
    for data in (
        {"payment_method": "pm_card_visa"},
        {"payment_method": {"card": {"token": "tok_visa"}}},
    ):
        secret = checkout.offline.intent()
        assert checkout.run(confirm, [secret, data])["paymentIntent"]["status"] == "succeeded"
    declined = checkout.run(
        confirm, [checkout.offline.intent(), {"payment_method": "pm_card_chargeDeclined"}]
    )
    assert declined["error"]["code"] == "card_declined"
    secret = checkout.offline.intent()
    waits = checkout.run(
        confirm,
        [secret, {"payment_method": "pm_card_threeDSecure2Required"}, {"handleActions": False}],
    )
    assert waits["paymentIntent"]["status"] == "requires_action"
    checkout.run("(secret) => { window.result = stripe.confirmCardPayment(secret) }", secret)
    checkout.three_d_secure.get_by_role("button", name="Complete").click()
    assert checkout.outcome()["paymentIntent"]["status"] == "succeeded"


def test_a_payment_method_is_made_for_a_server_that_confirms(checkout: Checkout) -> None:
    checkout.open_form(paymentMethodCreation="manual")
    create = (
        "stripe.createPaymentMethod({elements, params: {billing_details: {name: 'Alice Example'}}})"
    )
    assert (
        "elements.submit() must be called before stripe.createPaymentMethod()"
        in checkout.refusal(f"() => {create}")
    )
    checkout.fill()
    made = checkout.run(f"async () => {{ await elements.submit(); return {create} }}")[
        "paymentMethod"
    ]
    assert (made["billing_details"]["name"], made["card"]["last4"]) == ("Alice Example", "4242")
    assert made["billing_details"]["address"]["postal_code"] == "SW1A 1AA"
    paid = checkout.offline.call(
        "/v1/payment_intents",
        amount=AMOUNT,
        currency="gbp",
        payment_method=made["id"],
        confirm="true",
    )
    assert paid["status"] == "succeeded"


def test_a_second_confirmation_while_one_is_under_way_is_refused(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill(number="4000002760003184")
    secret = checkout.offline.intent()
    checkout.begin_confirm(secret)
    expect(checkout.three_d_secure.get_by_role("dialog")).to_be_visible()
    again = f'() => stripe.confirmCardPayment("{secret}")'
    assert "You have an in-flight confirmCardPayment!" in checkout.refusal(again)
    checkout.three_d_secure.get_by_role("button", name="Complete").click()
    assert checkout.outcome()["paymentIntent"]["status"] == "succeeded"


def test_a_payment_intent_can_be_retrieved_and_its_secrets_stay(checkout: Checkout) -> None:
    secret = checkout.offline.intent()
    intent = checkout.run("(secret) => stripe.retrievePaymentIntent(secret)", secret)[
        "paymentIntent"
    ]
    assert (intent["id"], intent["client_secret"]) == (secret.split("_secret_")[0], secret)
    assert "metadata" not in intent


def test_another_secret_retrieves_nothing(checkout: Checkout) -> None:
    wrong = checkout.offline.intent().split("_secret_")[0] + "_secret_guessed"
    found = checkout.run("(secret) => stripe.retrievePaymentIntent(secret)", wrong)
    assert found["error"]["type"] == "invalid_request_error"


def test_a_lost_connection_is_told_and_the_card_can_be_sent_again(
    checkout: Checkout, watch: Watch
) -> None:
    checkout.open_form()
    checkout.fill()
    secret = checkout.offline.intent()
    checkout.page.route("**/confirm", lambda route: route.abort())
    assert checkout.pay(secret)["error"]["type"] == "api_connection_error"
    checkout.page.unroute("**/confirm")
    watch.expect("net::ERR_FAILED")
    assert checkout.pay(secret)["paymentIntent"]["status"] == "succeeded"


def test_a_frame_that_cannot_load_is_a_loaderror(checkout: Checkout) -> None:
    checkout.page.route("**/frames/payment", lambda route: route.abort())
    checkout.page.clock.install()
    checkout.group()
    checkout.run(
        """() => new Promise((resolve) => {
          const element = elements.create("payment");
          element.on("loaderror", (event) => events.push({name: "loaderror", ...event}));
          element.mount("#payment");
          payment.querySelector("iframe").onload = resolve;
        })"""
    )
    assert checkout.events("loaderror") == []
    checkout.page.clock.fast_forward(3000)
    (event,) = checkout.events("loaderror")
    assert event["error"]["type"] == "api_connection_error"


def test_the_frame_that_calls_for_the_page_is_never_seen(checkout: Checkout) -> None:
    checkout.run("(secret) => stripe.retrievePaymentIntent(secret)", checkout.offline.intent())
    expect(checkout.page.locator("iframe[title='Stripe.js controller']")).to_be_hidden()
