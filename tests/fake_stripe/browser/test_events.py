"""What the Payment and Address Elements tell the shop, and how they follow its updates."""

import pytest
from playwright.sync_api import expect

from tests.fake_stripe.browser.checkout import Checkout

pytestmark = pytest.mark.journey


def test_ready_comes_once_after_loaderstart(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    assert (
        checkout.events("loaderstart") == checkout.events("ready") == [{"elementType": "payment"}]
    )


def test_change_tells_how_complete_the_form_is_and_never_the_card(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    last = checkout.change(complete=True)
    changes = checkout.events("change")
    value = {
        "type": "card",
        "billingDetails": {"address": {"country": "GB", "postalCode": "SW1A 1AA"}},
    }
    assert changes[0] | {"value": {}} == {
        "elementType": "payment", "empty": True, "complete": False, "collapsed": False, "value": {}
    }  # fmt: skip
    assert last == {
        "elementType": "payment", "empty": False, "complete": True, "collapsed": False,
        "value": value,
    }  # fmt: skip
    assert "4242" not in str(changes)


def test_focus_blur_and_escape_are_told(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.run('() => elements.getElement("payment").focus()')
    number = checkout.card.get_by_label("Card number")
    expect(number).to_be_focused()
    number.press("Escape")
    checkout.page.get_by_role("button", name="Pay").focus()
    expect(checkout.page.locator("#payment.StripeElement--focus")).to_have_count(0)
    assert [len(checkout.events(name)) for name in ("focus", "escape", "blur")] == [1, 1, 1]


def test_the_container_carries_stripes_classes(checkout: Checkout) -> None:
    checkout.open_form()
    expect(checkout.page.locator("#payment.StripeElement.StripeElement--empty")).to_be_visible()
    checkout.fill(number="4242424242424241")
    expect(checkout.page.locator("#payment.StripeElement--invalid")).to_be_visible()
    checkout.fill()
    expect(checkout.page.locator("#payment.StripeElement--complete")).to_be_visible()


def test_once_and_off_end_a_handler(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.run(
        """() => {
          window.once = 0; window.never = 0;
          const element = elements.getElement("payment"), handler = () => never++;
          element.once("change", () => once++).on("change", handler).off("change", handler);
        }"""
    )
    checkout.fill()
    checkout.change(complete=True)
    assert checkout.run("() => [once, never]") == [1, 0]


def test_clear_empties_the_form(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    checkout.run('() => elements.getElement("payment").clear()')
    expect(checkout.card.get_by_label("Card number")).to_have_value("")
    checkout.change(empty=True)


def test_a_collapsed_form_asks_for_a_choice(checkout: Checkout) -> None:
    checkout.open_form(locale="en")
    checkout.run('() => elements.getElement("payment").collapse()')
    expect(checkout.card.get_by_label("Card number")).to_be_hidden()
    checkout.change(collapsed=True)
    assert checkout.submit()["error"]["code"] == "incomplete_payment_details"


def test_an_unmounted_element_can_be_mounted_again_and_is_empty(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.fill()
    checkout.run(
        '() => { const element = elements.getElement("payment"); element.unmount(); '
        'element.mount("#payment") }'
    )
    expect(checkout.card.get_by_label("Card number")).to_have_value("")


def test_the_address_tells_its_value(checkout: Checkout) -> None:
    checkout.open_form(address=True)
    for label, text in [
        ("Full name", "Alice Example"),
        ("Address line 1", "1 High Street"),
        ("Town or city", "Leeds"),
    ]:
        checkout.address.get_by_label(label).fill(text)
    checkout.address.get_by_label("Postcode").fill("LS1 1AA")
    change = checkout.change("address", complete=True)
    assert change == {
        "elementType": "address", "elementMode": "billing", "empty": False, "complete": True,
        "isNewAddress": True,
        "value": {
            "name": "Alice Example",
            "address": {"line1": "1 High Street", "line2": None, "city": "Leeds", "state": "",
                        "postal_code": "LS1 1AA", "country": "GB"},
        },
    }  # fmt: skip
    value = checkout.run('() => elements.getElement("address", {mode: "billing"}).getValue()')
    assert value == {key: change[key] for key in ("complete", "isNewAddress", "value")}


def test_with_a_billing_address_the_card_form_does_not_ask_again(checkout: Checkout) -> None:
    checkout.open_form(address=True)
    expect(checkout.card.get_by_label("Card number")).to_be_visible()
    expect(checkout.card.get_by_label("Country")).to_be_hidden()
    checkout.run('() => { elements.getElement("address", {mode: "billing"}).unmount() }')
    expect(checkout.card.get_by_label("Country")).to_be_visible()


def test_an_address_asks_for_what_its_country_has(checkout: Checkout) -> None:
    checkout.open_form(address=True)
    country, labels = checkout.address.get_by_label("Country"), checkout.address
    country.select_option("US")
    expect(labels.get_by_role("combobox", name="State")).to_be_visible()
    expect(labels.get_by_label("ZIP code")).to_be_visible()
    country.select_option("HK")
    expect(labels.get_by_role("combobox", name="State")).to_be_hidden()
    expect(labels.locator("[name=postalCode]")).to_be_hidden()


def test_a_missing_address_is_the_first_mistake_where_it_stands_first(checkout: Checkout) -> None:
    checkout.open_form(address=True)
    assert checkout.submit()["error"]["code"] == "incomplete_field"
    expect(checkout.address.get_by_label("Full name")).to_be_focused()


def test_a_form_runs_the_way_its_page_does(checkout: Checkout) -> None:
    checkout.run("() => { document.documentElement.dir = 'rtl' }")
    checkout.open_form(locale="en")
    expect(checkout.card.locator("html")).to_have_attribute("dir", "rtl")
    expect(checkout.card.locator("html")).to_have_attribute("lang", "en")


def test_an_updated_language_changes_the_form_in_place(checkout: Checkout) -> None:
    checkout.open_form(locale="en")
    checkout.fill()
    checkout.run('() => { window.ended = 0; elements.on("update-end", () => ended++) }')
    checkout.run('() => elements.update({locale: "ar"})')
    expect(checkout.card.locator("html")).to_have_attribute("dir", "rtl")
    expect(checkout.card.get_by_label("رقم البطاقة")).to_have_value("4242 4242 4242 4242")
    assert checkout.run("() => ended") == 1
