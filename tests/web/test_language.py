"""The language of pages, mails and documents."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal import links
from portal.application import create_app
from portal.context import Portal
from portal.payments.models import Payment
from portal.settings import Environment, Settings
from portal.texts import ENGLISH, MIRRORED, gettext, in_language, language, lazy_gettext, ngettext
from tests.account_pages.mailbox import mails_to
from tests.support.bills import Owed
from tests.support.client import PortalClient
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import make_portal

PRODUCTION = {
    "portal_env": Environment.PRODUCTION,
    "public_base_url": "https://pay.clinic.example",
    "smtp_url": "smtp://mail.clinic.example",
    "stripe_api_base": "https://api.stripe.com",
    "stripe_js_url": "https://js.stripe.com/endive/stripe.js",
}


def test_a_page_is_in_english_unless_asked_otherwise(client: PortalClient) -> None:
    page = client.get(links.sign_in())
    assert '<html lang="en-GB" dir="ltr">' in page.text
    assert "I have forgotten my password" in page.text


@pytest.mark.parametrize(
    ("tag", "direction", "said"),
    [("en-XA", "ltr", "[Šîĝñ îñ "), ("ar-XB", "rtl", "\u202eSign\u202c")],
)
def test_a_language_asked_for_stays_with_the_browser(
    client: PortalClient, tag: str, direction: str, said: str
) -> None:
    client.get(f"{links.sign_in()}?locale={tag}")
    page = client.get(links.sign_in())
    assert f'<html lang="{tag}" dir="{direction}">' in page.text
    assert said in page.text
    assert "I have forgotten my password" in client.get(f"{links.sign_in()}?locale=en-GB").text


def test_one_browser_s_language_is_not_the_next_one_s(
    new_client: Callable[[], PortalClient],
) -> None:
    new_client().get(f"{links.sign_in()}?locale=ar-XB")
    assert language() == ENGLISH
    assert 'lang="en-GB"' in new_client().get(links.sign_in()).text


def test_a_language_that_is_not_offered_changes_nothing(client: PortalClient) -> None:
    assert 'lang="en-GB"' in client.get(f"{links.sign_in()}?locale=../../en-XA").text


def test_in_production_nobody_can_ask_for_another_language(
    settings: Settings, stripe: StripeHere
) -> None:
    portal = make_portal(settings.model_copy(update=PRODUCTION), stripe)
    client = create_app(portal).test_client()
    for _ in range(2):
        page = client.get(f"{links.sign_in()}?locale=ar-XB", base_url="https://pay.clinic.example")
        assert '<html lang="en-GB" dir="ltr">' in page.text
    portal.close()


def test_what_is_mailed_and_issued_from_a_mirrored_page_is_in_english(
    portal: Portal,
    alice: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    sign_in: Callable[[Person], PortalClient],
) -> None:
    client = sign_in(alice)
    client.get(f"{links.account()}?locale=ar-XB")
    bill = request_bill(alice)
    pay(bill)
    assert "rtl" in client.get(links.pay_return(bill.ref), follow_redirects=True).text
    (receipt,) = mails_to(portal, alice.email)
    assert receipt.subject == "Receipt for your payment of £54.00"
    assert "Visa ending 4242" in receipt.text
    assert "\u202e" not in receipt.text + receipt.html
    client.submit(links.forgotten_password(), action="password", email=alice.email)
    assert mails_to(portal, alice.email)[-1].subject == "Choose a new password"


def test_a_constant_is_looked_up_each_time_it_is_shown() -> None:
    text = lazy_gettext("Paid")
    assert f"{text}" == "Paid"
    with in_language(MIRRORED):
        assert str(text) == "\u200f\u202ePaid\u202c\u200f"
    assert str(text) == "Paid"


def test_values_and_plurals_are_filled_in() -> None:
    bills = ("%(count)s bill", "%(count)s bills")
    assert [ngettext(*bills, count, count=count) for count in (1, 2)] == ["1 bill", "2 bills"]
    assert gettext("100 %% of %(what)s", what="it") == "100 % of it"
    assert gettext("100 %") == "100 %"


def test_a_text_is_escaped_and_so_is_what_stands_in_a_block(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{{ _('<i>%(name)s', name=name) }}{% trans name=name %}<b>{{ name }}</b>{% endtrans %}"
    )
    assert template.render(name="<u>") == "&lt;i&gt;&lt;u&gt;<b>&lt;u&gt;</b>"
