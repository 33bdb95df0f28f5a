"""The Payment Element as a payer sees it: fields, formats, messages and the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.fake_stripe.browser.checkout import VISA, Checkout

pytestmark = pytest.mark.journey

CODES = [
    ({"number": "4242"}, "incomplete_number", "Your card number is incomplete."),
    ({"number": "4242424242424241"}, "incorrect_number", "Your card number is invalid."),
    ({"expiry": ""}, "incomplete_expiry", "Your card’s expiration date is incomplete."),
    ({"expiry": "13/34"}, "invalid_expiry_month", "Your card’s expiration month is invalid."),
    (
        {"expiry": "12/20"},
        "invalid_expiry_year_past",
        "Your card’s expiration year is in the past.",
    ),
    ({"expiry": "12/99"}, "invalid_expiry_year", "Your card’s expiration year is invalid."),
    ({"cvc": "12"}, "incomplete_cvc", "Your card’s security code is incomplete."),
    (
        {"number": "378282246310005", "cvc": "123"},
        "incomplete_cvc",
        "Your card’s security code is incomplete.",
    ),
    ({"postal_code": ""}, "incomplete_zip", "Your postal code is incomplete."),
    ({"postal_code": "NOT A CODE"}, "invalid_zip", "Your postal code is invalid."),
]


def test_submitting_names_the_mistake_and_shows_it(checkout: Checkout) -> None:
    checkout.open_form(locale="en")
    for typed, code, message in CODES:
        checkout.run('() => elements.getElement("payment").clear()')
        checkout.fill(**typed)
        assert checkout.submit() == {
            "error": {"type": "validation_error", "code": code, "message": message}
        }
        expect(checkout.card.get_by_role("alert").filter(has_text=message)).to_have_count(1)


def test_a_complete_form_submits(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    assert checkout.submit() == {"selectedPaymentMethod": "card"}


def test_submitting_an_empty_form_shows_every_mistake_and_moves_to_the_first(
    checkout: Checkout,
) -> None:
    checkout.open_form()
    checkout.submit()
    expect(checkout.card.locator("[aria-invalid=true]")).to_have_count(4)
    expect(checkout.card.locator("[name=number]")).to_be_focused()


def test_a_mended_field_loses_its_message(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill(number="4242424242424241")
    number = checkout.card.get_by_label("Card number")
    expect(number).to_have_attribute("aria-invalid", "true")
    number.fill(VISA)
    expect(number).not_to_have_attribute("aria-invalid", "true")


def test_numbers_are_grouped_as_on_the_card(checkout: Checkout) -> None:
    checkout.open_form()
    number = checkout.card.get_by_label("Card number")
    for typed, shown in [
        ("4242424242424242", "4242 4242 4242 4242"),
        ("378282246310005", "3782 822463 10005"),
        ("4242-4242 4242.4242 99", "4242 4242 4242 4242"),
        ("٤٢٤٢٤٢٤٢", "4242 4242"),
    ]:
        number.fill(typed)
        expect(number).to_have_value(shown)


def test_an_expiry_date_is_understood_however_it_is_written(checkout: Checkout) -> None:
    checkout.open_form()
    expiry = checkout.card.get_by_label("Expiry date")
    for typed, shown in [
        ("1234", "12 / 34"),
        ("2", "02"),
        ("3/34", "03 / 34"),
        ("12/2034", "12 / 34"),
        ("1", "1"),
    ]:
        expiry.fill(typed)
        expect(expiry).to_have_value(shown)
    for typed, shown in [
        ("12/2034", "12 / 34"),
        ("4/2034", "04 / 34"),
        ("0/", "0"),
        ("1299", "12 / 99"),
    ]:
        expiry.fill("")
        expiry.press_sequentially(typed)
        expect(expiry).to_have_value(shown)


def test_the_caret_stays_where_a_digit_is_mended(checkout: Checkout) -> None:
    checkout.open_form()
    number = checkout.card.get_by_label("Card number")
    number.fill("4242424242424242")
    number.press("Home")
    for _ in range(6):
        number.press("ArrowRight")
    number.press("Backspace")
    number.press("7")
    expect(number).to_have_value("4242 7242 4242 4242")
    assert number.evaluate("(input) => input.selectionStart") == 6


def test_the_brand_is_told_in_words_too(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill(number="5555555555554444")
    expect(checkout.card.get_by_label("Card number")).to_have_accessible_description("Mastercard")


def test_the_postal_code_is_asked_where_cards_are_checked_against_it(checkout: Checkout) -> None:
    checkout.open_form()
    country, postal_code = (
        checkout.card.get_by_label("Country"),
        checkout.card.locator("[name=postalCode]"),
    )
    expect(country).to_have_value("GB")
    for code, shown in [("CA", True), ("FR", False), ("GB", True), ("US", True)]:
        country.select_option(code)
        expect(postal_code).to_be_visible(visible=shown)
    postal_code.fill("ABCDE")
    postal_code.blur()
    expect(checkout.card.get_by_text("Your ZIP is invalid.")).to_be_visible()


def test_default_values_fill_the_form(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(
        defaultValues={"billingDetails": {"address": {"country": "US", "postal_code": "94107"}}}
    )
    expect(checkout.card.get_by_label("Country")).to_have_value("US")
    expect(checkout.card.get_by_label("ZIP code")).to_have_value("94107")


def test_billing_details_can_be_left_out_of_the_form(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(fields={"billingDetails": "never"})
    expect(checkout.card.get_by_label("Card number")).to_be_visible()
    expect(checkout.card.get_by_label("Country")).to_be_hidden()
    expect(checkout.card.locator("[name=postalCode]")).to_be_hidden()


def test_an_address_only_if_required_is_neither_asked_nor_demanded(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(fields={"billingDetails": {"address": "if_required"}})
    expect(checkout.card.get_by_label("Country")).to_be_hidden()
    checkout.fill(postal_code=None)
    assert checkout.pay(checkout.offline.intent())["paymentIntent"]["status"] == "succeeded"


def test_terms_are_shown_where_the_card_may_be_charged_again(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(
        business={"name": "Riverside"}, paymentMethodOrder=["apple_pay", "card"], layout="accordion"
    )
    terms = checkout.card.get_by_text("you allow Riverside to charge your card for future payments")
    expect(terms).to_have_count(0)
    checkout.run('() => { elements.getElement("payment").update({terms: {card: "always"}}) }')
    expect(terms).to_be_visible()
    methods = checkout.card.get_by_role("radio")
    expect(methods.nth(0)).to_have_accessible_name("Test wallet")
    top = [methods.nth(place).bounding_box() for place in (0, 1)] + [
        checkout.card.get_by_label("Card number").bounding_box()
    ]
    assert [box["y"] for box in top if box] == sorted(box["y"] for box in top if box)


def test_an_update_replaces_whole_options_and_fills_what_nobody_typed(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(
        fields={"billingDetails": {"address": {"country": "never"}}}, wallets={"applePay": "never"}
    )
    update = '() => { elements.getElement("payment").update(%s) }'
    checkout.run(update % '{fields: {billingDetails: {address: {postalCode: "never"}}}}')
    expect(checkout.card.get_by_label("Country")).to_be_visible()
    expect(checkout.card.get_by_role("group", name="Payment method")).to_be_hidden()
    checkout.run(update % '{defaultValues: {billingDetails: {address: {country: "FR"}}}}')
    expect(checkout.card.get_by_label("Country")).to_have_value("FR")


def test_the_keyboard_alone_goes_through_the_form_in_order(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.card.locator("[name=method]").first.focus()
    for name in ("number", "expiry", "cvc", "country", "postalCode"):
        checkout.page.keyboard.press("Tab")
        expect(checkout.card.locator(f"[name={name}]")).to_be_focused()
    checkout.page.keyboard.press("Tab")
    expect(checkout.page.get_by_role("button", name="Pay")).to_be_focused()


def test_enter_in_a_field_sends_the_shops_form(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.run(
        "() => { checkout.onsubmit = (event) => { event.preventDefault(); checkout.ariaBusy = "
        "'true' } }"
    )
    checkout.card.get_by_label("Card number").press("Enter")
    expect(checkout.page.locator("#checkout[aria-busy=true]")).to_be_visible()


def test_the_form_says_that_it_is_fake(checkout: Checkout) -> None:
    checkout.open_form()
    expect(checkout.card.get_by_text("Fake Stripe: no money moves")).to_be_visible()


def test_a_read_only_form_takes_nothing(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.run('() => { elements.getElement("payment").update({readOnly: true}) }')
    expect(checkout.card.get_by_label("Card number")).to_be_disabled()


def test_the_wallet_can_be_turned_off(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(wallets={"applePay": "never"})
    expect(checkout.card.get_by_role("group", name="Payment method")).to_be_hidden()
