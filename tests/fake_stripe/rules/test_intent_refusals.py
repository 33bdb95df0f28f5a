"""What an intent may not be told here: refused by its name, never ignored."""

from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from tests.fake_stripe.payments import card_fields, from_browser

NOT_HERE = "is not supported by this offline Stripe"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"application_fee_amount": 100}, "application_fee_amount"),
        ({"transfer_data": {"destination": "acct_1"}}, "transfer_data"),
        ({"on_behalf_of": "acct_1"}, "on_behalf_of"),
        ({"setup_future_usage": "off_session"}, "setup_future_usage"),
        ({"setup_future_usage": "on_session"}, "setup_future_usage"),
        (
            {"payment_method_options": {"card": {"setup_future_usage": "off_session"}}},
            "payment_method_options[card][setup_future_usage]",
        ),
        (
            {"payment_method_options": {"card": {"network": "visa"}}},
            "payment_method_options[card][network]",
        ),
        (
            {"payment_method_options": {"klarna": {"preferred_locale": "en-GB"}}},
            "payment_method_options[klarna]",
        ),
        (
            {"payment_method_options": {"card": {"capture_method": "manual"}}},
            "payment_method_options[card][capture_method]",
        ),
        (
            {"payment_method_options": {"card": {"moto": True}}},
            "payment_method_options[card][moto]",
        ),
        (
            {"payment_method_options": {"card": {"request_multicapture": "if_available"}}},
            "payment_method_options[card][request_multicapture]",
        ),
        ({"radar_options": {"session": "rse_1"}}, "radar_options"),
        (
            {
                "confirm": True,
                "mandate_data": {"customer_acceptance": {"type": "offline", "offline": {}}},
            },
            "mandate_data",
        ),
    ],
)
def test_what_is_not_here_is_not_ignored(
    fields: dict[str, Any], param: str, client: stripe.StripeClient
) -> None:
    params: Any = {"amount": 5000, "currency": "gbp"} | fields

    with pytest.raises(stripe.InvalidRequestError, match=NOT_HERE) as caught:
        client.v1.payment_intents.create(params)

    assert caught.value.param == param


@pytest.mark.parametrize(
    "fields",
    [{"allowed_payment_method_types": ["klarna"]}, {"excluded_payment_method_types": ["card"]}],
)
def test_an_intent_that_no_card_may_pay_is_refused(
    fields: dict[str, Any], client: stripe.StripeClient
) -> None:
    params: Any = {"amount": 5000, "currency": "gbp"} | fields

    with pytest.raises(stripe.InvalidRequestError, match="cards only") as caught:
        client.v1.payment_intents.create(params)

    assert caught.value.param == next(iter(fields))


def test_a_radar_session_of_a_payment_method_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=NOT_HERE) as caught:
        client.v1.payment_methods.create(
            {"type": "card", "card": {"token": "tok_visa"}, "radar_options": {"session": "rse_1"}}
        )

    assert caught.value.param == "radar_options"


@pytest.mark.parametrize("call", ["update", "confirm"])
def test_nothing_is_saved_for_later_at_any_step(call: str, client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    asked: Any = {"setup_future_usage": "off_session", "payment_method": "pm_card_visa"}

    with pytest.raises(stripe.InvalidRequestError, match=NOT_HERE) as caught:
        getattr(client.v1.payment_intents, call)(intent.id, asked)

    assert caught.value.param == "setup_future_usage"


def test_to_save_nothing_is_what_happens_anyway(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "gbp",
            "payment_method_options": {"card": {"setup_future_usage": "none"}},
        }
    )

    assert intent.setup_future_usage is None


def test_a_browser_cannot_bring_another_payment_method_along(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    fields = card_fields("4242424242424242") | {
        "client_secret": str(intent.client_secret),
        "payment_method_data[ideal][bank]": "abn_amro",
    }

    answer = from_browser(offline, f"/v1/payment_intents/{intent.id}/confirm", fields)

    assert answer.status == 400
    assert b"`payment_method_data[ideal]` is not supported" in answer.body
