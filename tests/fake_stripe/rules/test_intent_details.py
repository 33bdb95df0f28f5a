"""What an intent is told beyond its amount: checked, kept, obeyed, never ignored."""

from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import RETURN_URL, pay

WEEK = 7 * 86400

ASKED: stripe.params.PaymentIntentCreateParams = {
    "amount": 5000,
    "currency": "gbp",
    "confirm": True,
    "return_url": RETURN_URL,
    "payment_method_options": {"card": {"request_three_d_secure": "any"}},
}


def _authorised(client: stripe.StripeClient, **more: Any) -> stripe.PaymentIntent:
    params: Any = {"amount": 5000, "currency": "gbp", "capture_method": "manual", "confirm": True,
                   "payment_method": "pm_card_visa", "return_url": RETURN_URL}  # fmt: skip
    return client.v1.payment_intents.create(params | more)


def _charge(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> stripe.Charge:
    return client.v1.charges.retrieve(str(intent.latest_charge))


def test_part_of_what_was_authorised_is_captured(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    captured = client.v1.payment_intents.capture(
        _authorised(client).id, {"amount_to_capture": 3000, "metadata": {"portal": "demo"}}
    )
    offline.run_due()

    charge = client.v1.charges.retrieve(
        str(captured.latest_charge), {"expand": ["balance_transaction"]}
    )
    assert (captured.status, captured.amount, captured.amount_received) == ("succeeded", 5000, 3000)
    assert (captured.metadata.to_dict(), charge.amount, charge.amount_captured) == (
        {"portal": "demo"},
        5000,
        3000,
    )
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert charge.balance_transaction.amount == 3000
    assert (charge.amount_refunded, charge.refunded) == (2000, False)
    assert client.v1.refunds.create({"charge": charge.id}).amount == 3000
    assert client.v1.charges.retrieve(charge.id).refunded is True


@pytest.mark.parametrize(
    ("amount", "code"), [(5001, "amount_too_large"), (0, "parameter_invalid_integer")]
)
def test_no_more_is_captured_than_was_authorised(
    amount: int, code: str, client: stripe.StripeClient
) -> None:
    intent = _authorised(client)

    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": amount})

    assert (caught.value.code, caught.value.param) == (code, "amount_to_capture")
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_what_nobody_captures_is_let_go_after_a_week(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    intent = _authorised(client)
    details = _charge(client, intent).payment_method_details
    assert details is not None
    assert details.card is not None
    assert details.card.capture_before == intent.created + WEEK

    offline.advance(WEEK)
    offline.run_due()

    later = client.v1.payment_intents.retrieve(intent.id)
    assert (later.status, later.cancellation_reason, later.amount_capturable) == (
        "canceled",
        "automatic",
        0,
    )
    assert inbox.types[-2:] == ["charge.expired", "payment_intent.canceled"]


def test_what_was_captured_in_time_stays(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    intent = _authorised(client)
    client.v1.payment_intents.capture(intent.id)

    offline.advance(WEEK)

    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_an_intent_can_be_changed_to_be_captured_by_hand(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    client.v1.payment_intents.update(intent.id, {"capture_method": "manual"})

    paid = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    )

    assert (paid.status, paid.amount_capturable) == ("requires_capture", 5000)


@pytest.mark.parametrize(
    ("card", "status"), [("pm_card_visa", "requires_action"), ("pm_card_amex", "succeeded")]
)
def test_authentication_can_be_asked_for(
    card: str, status: str, client: stripe.StripeClient
) -> None:
    """Of every card that knows 3-D Secure."""
    assert client.v1.payment_intents.create({**ASKED, "payment_method": card}).status == status


@pytest.mark.parametrize(
    ("off_session", "status"), [(True, "succeeded"), (False, "requires_action")]
)
def test_a_card_that_was_set_up_pays_while_its_payer_is_away(
    off_session: bool, status: str, client: stripe.StripeClient
) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "gbp",
            "confirm": True,
            "off_session": off_session,
            "return_url": RETURN_URL,
            "payment_method": "pm_card_authenticationRequiredSetupForOffSession",
        }
    )

    assert intent.status == status


def test_a_payment_without_room_for_authentication_is_refused_before_any_charge(
    client: stripe.StripeClient,
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "gbp", "confirm": True, "error_on_requires_action": True,
             "payment_method": "pm_card_authenticationRequired", "return_url": RETURN_URL}
        )  # fmt: skip

    error = caught.value.error
    assert error is not None
    assert (error.code, error.decline_code) == (
        "authentication_required",
        "authentication_not_handled",
    )
    assert error.payment_intent is not None
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
    assert (intent.status, intent.latest_charge) == ("requires_payment_method", None)
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize(
    ("card", "reason", "message"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline", "did not return any further details"),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "insufficient_funds",
            "code `insufficient_funds`",
        ),
        ("pm_card_radarBlock", "highest_risk_level", "blocked this payment as too risky"),
    ],
)
def test_a_failed_charge_says_who_refused_it_and_why(
    card: str, reason: str, message: str, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.CardError):
        pay(client, card)

    outcome = client.v1.charges.list().data[0].outcome
    assert outcome is not None
    assert outcome.reason == reason
    assert message in str(outcome.seller_message)


@pytest.mark.parametrize(
    ("card", "brand", "country", "funding"),
    [
        ("pm_card_us", "visa", "US", "credit"),
        ("pm_card_mastercard_prepaid", "mastercard", "US", "prepaid"),
        ("pm_card_discover", "discover", "US", "credit"),
        ("pm_card_diners", "diners", "US", "credit"),
        ("pm_card_jcb", "jcb", "JP", "credit"),
        ("pm_card_unionpay", "unionpay", "CN", "credit"),
        ("pm_card_fr", "visa", "FR", "credit"),
    ],
)
def test_cards_of_the_world_pay(
    card: str, brand: str, country: str, funding: str, client: stripe.StripeClient
) -> None:
    details = _charge(client, pay(client, card)).payment_method_details

    assert details is not None
    assert details.card is not None
    assert (details.card.brand, details.card.country, details.card.funding) == (
        brand,
        country,
        funding,
    )


def test_a_charge_refused_for_want_of_its_payer_does_not_look_approved(
    client: stripe.StripeClient,
) -> None:
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "gbp", "confirm": True, "off_session": True,
             "payment_method": "pm_card_authenticationRequired", "return_url": RETURN_URL}
        )  # fmt: skip

    outcome = client.v1.charges.list().data[0].outcome
    assert outcome is not None
    assert (outcome.type, outcome.network_status) == ("issuer_declined", "declined_by_network")


@pytest.mark.parametrize(
    ("card", "param"),
    [
        ("pm_card_chargeDeclinedIncorrectCvc", "cvc"),
        ("pm_card_chargeDeclinedExpiredCard", "exp_month"),
    ],
)
def test_a_decline_names_the_field_to_look_at(
    card: str, param: str, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        pay(client, card)

    assert caught.value.param == param


def test_the_address_of_a_parcel_is_kept_whole(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "gbp",
            "shipping": {"name": "Alice", "address": {"line1": "1 High Street"}},
        }
    )

    assert intent.shipping is not None
    shown = intent.shipping.to_dict()
    assert (shown["name"], shown["carrier"], shown["tracking_number"]) == ("Alice", None, None)
    assert shown["address"] == {
        "city": None,
        "country": None,
        "line1": "1 High Street",
        "line2": None,
        "postal_code": None,
        "state": None,
    }


def test_the_bank_statement_shows_the_suffix(client: stripe.StripeClient) -> None:
    intent = _authorised(client, statement_descriptor_suffix="BILL 7")

    assert _charge(client, intent).calculated_statement_descriptor == "OFFLINE STRIPE* BILL 7"


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"receipt_email": "nope"}, "receipt_email", "email_invalid"),
        (
            {"confirm": True, "payment_method": "pm_card_visa", "return_url": "nope"},
            "return_url",
            "url_invalid",
        ),
        ({"statement_descriptor_suffix": "x" * 23}, "statement_descriptor_suffix", None),
        ({"statement_descriptor_suffix": "1234"}, "statement_descriptor_suffix", None),
        ({"statement_descriptor_suffix": "A <b>"}, "statement_descriptor_suffix", None),
        (
            {"statement_descriptor": "CLINIC", "confirm": True, "payment_method": "pm_card_visa"},
            "statement_descriptor",
            None,
        ),
        ({"description": "x" * 1001}, "description", None),
        ({"transfer_group": "x" * 5001}, "transfer_group", None),
        ({"currency": "kwd", "amount": 5001}, "amount", None),
    ],
)
def test_what_cannot_be_is_refused(
    fields: dict[str, Any], param: str, code: str | None, client: stripe.StripeClient
) -> None:
    params: Any = {"amount": 5000, "currency": "gbp"} | fields

    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(params)

    assert (caught.value.http_status, caught.value.param, caught.value.code) == (400, param, code)


def test_the_address_of_a_payer_has_to_be_one(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_methods.create(
            {"type": "card", "card": {"token": "tok_visa"}, "billing_details": {"email": "nope"}}
        )

    assert (caught.value.code, caught.value.param) == ("email_invalid", "billing_details[email]")
