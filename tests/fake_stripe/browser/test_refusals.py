"""What Stripe.js throws at an integration that is wrong, before anything is sent."""

import re

import pytest

from tests.fake_stripe.browser.checkout import Checkout
from tests.fake_stripe.tools.installed import TYPES

pytestmark = pytest.mark.journey

DEFERRED = '{mode: "payment", amount: 6750, currency: "gbp"}'
WORKS = {
    "confirmPayment", "confirmCardPayment", "createPaymentMethod", "elements", "handleCardAction",
    "handleNextAction", "registerAppInfo", "retrievePaymentIntent",
}  # fmt: skip
MANUAL = 'paymentMethodCreation: "manual"'
SECRET = '"pi_1_secret_2"'
WITH_SECRET = f"clientSecret: {SECRET}"
SCRIPT_URL = 'confirmParams: {return_url: "javascript:alert(1)"}'
IF_REQUIRED = f'clientSecret: {SECRET}, redirect: "if_required"'
NOT_SUBMITTED = "elements.submit() must be called before stripe.confirmPayment()"


# What a shop calls, and words of what it is told.
REFUSED = [
    ("Stripe()", "Missing value for Stripe(): apiKey should be a string."),
    ('Stripe("")', "You used an empty string."),
    ("Stripe(7)", "apiKey should be a string"),
    ('Stripe("sk_test_1")', "You should not use your secret key with Stripe.js."),
    ('Stripe("rk_test_1")', "You should not use your secret key with Stripe.js."),
    ('Stripe("pk_live_1")', "test keys (pk_test_…) only"),
    ('Stripe("hello")', "valid publishable key"),
    ('stripe.elements({mode: "payment", currency: "gbp"})', "Missing value for elements(): amount"),
    ('stripe.elements({mode: "payment", amount: 1})', "Missing value for elements(): currency"),
    (
        'stripe.elements({mode: "payment", amount: 67.5, currency: "gbp"})',
        "amount should be an integer",
    ),
    (
        'stripe.elements({mode: "payment", amount: "6750", currency: "gbp"})',
        "amount should be an integer",
    ),
    (
        'stripe.elements({mode: "payment", amount: 0, currency: "gbp"})',
        "amount must be greater than 0",
    ),
    (
        'stripe.elements({mode: "payment", amount: -5, currency: "gbp"})',
        "amount must be greater than 0",
    ),
    (
        'stripe.elements({mode: "payment", amount: 100000000, currency: "gbp"})',
        "no more than 99999999",
    ),
    ('stripe.elements({mode: "payment", amount: 1, currency: "GBP"})', "lower-case ISO code"),
    ('stripe.elements({mode: "payment", amount: 1, currency: "xqx"})', "lower-case ISO code"),
    (
        'stripe.elements({mode: "pay", amount: 1, currency: "gbp"})',
        "mode should be one of the following strings",
    ),
    (
        'stripe.elements({mode: "payment", amount: 1, currency: "gbp", paymentMethodTypes: '
        '["card"]})',
        "no longer supported",
    ),
    (
        'stripe.elements({mode: "payment", amount: 1, currency: "gbp", payment_method_types: '
        '["card"]})',
        "no longer supported",
    ),
    (
        f'stripe.elements({{mode: "payment", amount: 1, currency: "gbp", clientSecret: {SECRET}}})',
        "both clientSecret and mode",
    ),
    (
        'stripe.elements({clientSecret: "pi_1"})',
        "of the form ${id}_secret_${secret}. You specified: pi_1.",
    ),
    ("stripe.elements(null)", "options should be an object"),
    ('stripe.elements().create("payment")', "you must pass a clientSecret or mode"),
    (f'stripe.elements({DEFERRED}).create("card3")', "A valid Element name must be provided."),
    (
        f'stripe.elements({DEFERRED}).create("address")',
        "mode should be one of the following strings: billing, shipping.",
    ),
    (f"stripe.elements({DEFERRED}).submit()", "should have a mounted Payment Element"),
    (f"stripe.elements({DEFERRED}).fetchUpdates()", "created with a clientSecret"),
    (f"stripe.elements({DEFERRED}).update({{amount: 0}})", "amount must be greater than 0"),
    (
        f"stripe.elements({DEFERRED}).update({{clientSecret: {SECRET}}})",
        "clientSecret cannot be updated",
    ),
    (
        f"stripe.elements({{clientSecret: {SECRET}}}).update({{amount: 5}})",
        "cannot be updated when Elements was created",
    ),
    (
        f'stripe.elements({DEFERRED}).create("payment").mount("#nowhere")',
        "(#nowhere) applies to no DOM elements",
    ),
    (f'stripe.elements({DEFERRED}).create("payment").mount(7)', "Invalid DOM element."),
    (f'stripe.elements({DEFERRED}).create("payment").on("ready")', "should be a function"),
    (
        f'stripe.elements({DEFERRED}).create("address", {{mode: "billing"}}).collapse()',
        "Payment Element only",
    ),
    ("stripe.confirmPayment()", "an object with elements or clientSecret is required"),
    ("stripe.confirmPayment({})", "elements or clientSecret is required"),
    (
        f"stripe.confirmPayment({{elements: {{}}, clientSecret: {SECRET}}})",
        "elements should be an Elements object",
    ),
    ('stripe.confirmPayment({clientSecret: "nonsense"})', "You specified: nonsense."),
    (
        f'stripe.confirmPayment({{clientSecret: {SECRET}, redirect: "never"}})',
        "redirect should be one of",
    ),
    (
        f"stripe.confirmPayment({{clientSecret: {SECRET}}})",
        "confirmParams.return_url should be a string",
    ),
    (
        f'stripe.confirmPayment({{{WITH_SECRET}, confirmParams: {{return_url: "/paid"}}}})',
        "should be an absolute URL",
    ),
    (
        f"stripe.confirmPayment({{{WITH_SECRET}, {SCRIPT_URL}}})",
        "should be an absolute URL",
    ),
    (f"stripe.confirmPayment({{{IF_REQUIRED}}})", "confirmParams.payment_method"),
    (
        "stripe.confirmPayment({elements: stripe.elements("
        f'{DEFERRED}), redirect: "if_required"}})',
        "You specified: undefined.",
    ),
    (
        f"stripe.confirmPayment({{elements: stripe.elements({DEFERRED}), {IF_REQUIRED}}})",
        "elements should have a mounted Payment Element",
    ),
    ('stripe.retrievePaymentIntent("pi_1")', "of the form ${id}_secret_${secret}"),
    ("stripe.handleNextAction({})", "of the form ${id}_secret_${secret}"),
    (
        f'stripe.elements({{...{DEFERRED}, fonts: [{{family: "A", src: "url(/a.woff2)"}}]}})',
        "Invalid src value in font configuration: /a.woff2. URLs have to start with 'https://' or "
        "'data:'.",
    ),
    ('Stripe("pk_test_1", {stripeAccount: "acct_1"})', "no Connect"),
    (
        f'stripe.elements({{...{DEFERRED}, setupFutureUsage: "off_session"}})',
        "setupFutureUsage is not supported by this offline Stripe",
    ),
    (
        f'stripe.elements({DEFERRED}).update({{setup_future_usage: "on_session"}})',
        "setup_future_usage is not supported by this offline Stripe",
    ),
    (
        f'stripe.elements({{...{DEFERRED}, allowedPaymentMethodTypes: ["ideal"]}})',
        "takes cards only",
    ),
    (
        f'stripe.elements({{...{DEFERRED}, excludedPaymentMethodTypes: ["card"]}})',
        "takes cards only",
    ),
    (
        'stripe.confirmPayment({clientSecret: "seti_1_secret_2", redirect: "if_required"})',
        "Your code called confirmPayment() but you passed a client_secret associated with a "
        "SetupIntent.",
    ),
    ('stripe.confirmCardPayment("pi_1")', "of the form ${id}_secret_${secret}"),
    (
        f"stripe.confirmCardPayment({SECRET}, {{payment_method: {{card: {{}}}}}})",
        "payment_method should be the ID of a PaymentMethod",
    ),
    ("stripe.createPaymentMethod()", "value should be an object"),
    (
        'stripe.createPaymentMethod({type: "card", card: {number: "4242424242424242"}})',
        "card.token, is required",
    ),
    ("stripe.createPaymentMethod({elements: {}})", "elements should be an Elements object"),
    (
        f"stripe.createPaymentMethod({{elements: stripe.elements({DEFERRED})}})",
        'paymentMethodCreation: "manual"',
    ),
    (
        f"stripe.createPaymentMethod({{elements: stripe.elements({{...{DEFERRED}, {MANUAL}}})}})",
        "elements should have a mounted Payment Element",
    ),
]


def _names_in(file: str, pattern: str) -> set[str]:
    """What the official types of Stripe.js name."""
    return set(re.findall(pattern, (TYPES / file).read_text(), re.MULTILINE))


def test_everything_else_that_stripe_js_has_is_refused_in_words(checkout: Checkout) -> None:
    """No method and no Element of the official types is missing.

    Each works here or says that it does not.
    """
    methods = _names_in("stripe.d.ts", r"^  ([a-zA-Z0-9]+)\((?!\))") | {"createRadarSession"}
    told = {name: checkout.refusal(f"() => stripe.{name}({{}})") for name in methods - WORKS}
    elements = _names_in("elements-group.d.ts", r"elementType: '(\w+)'") - {"payment", "address"}
    told |= {
        name: checkout.refusal(f'() => stripe.elements({DEFERRED}).create("{name}")')
        for name in elements
    }
    assert len(told) > 80
    assert {
        name: words
        for name, words in told.items()
        if "is not part of the offline Stripe" not in words
    } == {}


def test_options_and_listeners_without_effect_are_named_in_the_console(checkout: Checkout) -> None:
    checkout.run(
        """() => {
          window.warned = [];
          console.warn = (text) => warned.push(text);
          Stripe("pk_test_1", {betas: ["x"]});
          const elements = stripe.elements({mode: "payment", amount: 1, currency: "gbp",
            customerSessionClientSecret: "x", colour: "red"});
          const element = elements.create("payment",
            {wallets: {link: "never"}, walletOptions: {}, layuot: "tabs"});
          element.on("carddetailschange", () => {}).on("chnage", () => {}).on("change", () => {});
          element.update({terms: {card: "never"}, lay: 1});
          elements.create("address", {mode: "billing", contacts: []});
          elements.update({captureMethod: "manual", amuont: 2});
        }"""
    )
    named = [
        re.findall(r'(?:parameter:?|listener for) "?(\w+)', words)
        for words in checkout.run("() => warned")
    ]
    assert named == [
        [name]
        for name in (
            "betas", "customerSessionClientSecret", "colour", "walletOptions", "layuot",
            "carddetailschange", "chnage", "lay", "contacts",
            "captureMethod", "amuont",
        )
    ]  # fmt: skip


def test_a_wrong_integration_is_told(checkout: Checkout) -> None:
    told = {call: checkout.refusal(f"() => {call}") for call, _ in REFUSED}
    misled = {call: told[call] for call, words in REFUSED if words not in told[call]}
    assert misled == {}
    assert all(words.startswith("IntegrationError: ") for words in told.values())


def test_only_one_payment_element_in_a_group(checkout: Checkout) -> None:
    checkout.open_form()
    assert "Can only create one Element of type payment" in checkout.refusal(
        '() => elements.create("payment")'
    )


def test_confirming_without_submit_is_refused(checkout: Checkout) -> None:
    checkout.open_form()
    confirm = f"() => stripe.confirmPayment({{elements, {IF_REQUIRED}}})"
    assert NOT_SUBMITTED in checkout.refusal(confirm)


def test_confirming_after_a_submit_that_found_mistakes_is_refused(checkout: Checkout) -> None:
    checkout.open_form()
    assert checkout.submit()["error"]["code"] == "incomplete_number"
    confirm = f"() => stripe.confirmPayment({{elements, {IF_REQUIRED}}})"
    assert NOT_SUBMITTED in checkout.refusal(confirm)


def test_a_detail_left_out_of_the_form_must_be_passed_on(checkout: Checkout) -> None:
    checkout.group()
    checkout.mount(fields={"billingDetails": {"address": {"country": "never"}}})
    checkout.fill(postal_code="SW1A 1AA")
    checkout.submit()
    confirm = f"() => stripe.confirmPayment({{elements, {IF_REQUIRED}}})"
    assert 'You specified "never" for fields.billing_details.address.country' in checkout.refusal(
        confirm
    )


def test_a_destroyed_element_is_dead(checkout: Checkout) -> None:
    checkout.open_form()
    checkout.run('() => { window.element = elements.getElement("payment"); element.destroy() }')
    assert "already been destroyed" in checkout.refusal('() => element.mount("#payment")')
    assert checkout.run('() => elements.getElement("payment")') is None
    assert checkout.page.locator("iframe").count() == 0


@pytest.mark.parametrize("path", ["/v3/", "/basil/stripe.js"])
def test_a_script_of_another_version_says_which_one_is_here(path: str, checkout: Checkout) -> None:
    address = checkout.offline.origin
    checkout.run("() => { window.told = []; console.error = (text) => told.push(text) }")

    checkout.page.add_script_tag(url=f"{address}{path}")

    (words,) = checkout.run("() => told")
    assert words.startswith(f"[Offline Stripe] There is no Stripe.js at {address}{path}.")
    assert f"Load {address}/endive/stripe.js instead" in words
