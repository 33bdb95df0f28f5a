"""Paying with the secret key: what a PaymentIntent becomes, and what it refuses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.rules.payments import MAX_CONFIRMATIONS
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import RETURN_URL, paid_charge, pay

DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline", "Your card was declined."),
    "pm_card_visa_chargeDeclined": ("card_declined", "generic_decline", "Your card was declined."),
    "pm_card_chargeDeclinedInsufficientFunds": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "pm_card_visa_chargeDeclinedLostCard": (
        "card_declined",
        "lost_card",
        "Your card was declined.",
    ),
    "pm_card_chargeDeclinedStolenCard": ("card_declined", "stolen_card", "Your card was declined."),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card", "Your card has expired."),
    "pm_card_chargeDeclinedIncorrectCvc": (
        "incorrect_cvc",
        "incorrect_cvc",
        "Your card's security code is incorrect.",
    ),
    "pm_card_chargeDeclinedProcessingError": (
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "pm_card_riskLevelHighest": ("card_declined", "fraudulent", "Your card was declined."),
}


def test_a_good_card_pays(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    intent = pay(client)
    offline.run_due()

    assert (intent.status, intent.amount_received, intent.next_action) == ("succeeded", 5000, None)
    assert inbox.types == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ]


@pytest.mark.parametrize("card", DECLINES)
def test_a_declined_card_leaves_a_failed_charge_and_a_payable_intent(
    card: str, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    code, decline_code, message = DECLINES[card]
    with pytest.raises(stripe.CardError) as caught:
        pay(client, card)
    offline.run_due()

    error = caught.value.error
    assert error is not None
    assert (caught.value.http_status, error.code, error.decline_code, error.message) == (
        402,
        code,
        decline_code,
        message,
    )
    assert error.payment_intent is not None
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == decline_code
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    assert inbox.types[-2:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_declined_intent_is_paid_with_another_card(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        pay(client, "pm_card_chargeDeclined")
    assert caught.value.error is not None
    assert caught.value.error.payment_intent is not None

    intent = client.v1.payment_intents.confirm(
        caught.value.error.payment_intent.id,
        {"payment_method": "pm_card_visa", "return_url": RETURN_URL},
    )

    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 2


ACTIONS_ON_AN_INTENT: dict[str, Callable[[stripe.StripeClient, str], stripe.PaymentIntent]] = {
    "confirmed": lambda client, intent: client.v1.payment_intents.confirm(
        intent, {"return_url": RETURN_URL}
    ),
    "cancelled": lambda client, intent: client.v1.payment_intents.cancel(intent),
    "changed": lambda client, intent: client.v1.payment_intents.update(intent, {"amount": 6000}),
}


@pytest.mark.parametrize("action", ACTIONS_ON_AN_INTENT)
def test_a_paid_intent_is_no_longer(action: str, client: stripe.StripeClient) -> None:
    intent = pay(client)

    with pytest.raises(stripe.InvalidRequestError) as caught:
        ACTIONS_ON_AN_INTENT[action](client, intent.id)

    assert caught.value.code == "payment_intent_unexpected_state"
    assert caught.value.error is not None
    assert caught.value.error.payment_intent is not None
    assert caught.value.error.payment_intent.status == "succeeded"


def test_a_cancelled_intent_cannot_be_paid(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})

    cancelled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    assert cancelled.canceled_at is not None
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
        )


def test_too_many_confirmations_cancel_the_intent(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    bad: stripe.params.PaymentIntentConfirmParams = {
        "payment_method": "pm_card_chargeDeclined",
        "return_url": RETURN_URL,
    }
    for _ in range(MAX_CONFIRMATIONS):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.confirm(intent.id, bad)

    with pytest.raises(stripe.InvalidRequestError, match="too many times"):
        client.v1.payment_intents.confirm(intent.id, bad)

    assert client.v1.payment_intents.retrieve(intent.id).status == "canceled"


def test_a_server_side_confirmation_needs_a_return_url(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "gbp", "confirm": True, "payment_method": "pm_card_visa",
             "automatic_payment_methods": {"enabled": True}}
        )  # fmt: skip


def test_cards_alone_need_no_return_url(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "confirm": True, "payment_method": "pm_card_visa",
         "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    )  # fmt: skip

    assert intent.status == "succeeded"


def test_an_intent_without_a_method_cannot_be_confirmed(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})

    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        client.v1.payment_intents.confirm(intent.id, {"return_url": RETURN_URL})


def test_a_payment_method_pays_once_only(client: stripe.StripeClient) -> None:
    used = pay(client).payment_method
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})

    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": str(used), "return_url": RETURN_URL}
        )


def test_off_session_a_card_that_needs_its_payer_is_declined(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "gbp", "confirm": True, "off_session": True,
             "payment_method": "pm_card_authenticationRequired", "return_url": RETURN_URL}
        )  # fmt: skip

    assert caught.value.code == "authentication_required"


def test_a_payment_authorised_only_waits_to_be_captured(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "capture_method": "manual", "confirm": True,
         "payment_method": "pm_card_visa", "return_url": RETURN_URL}
    )  # fmt: skip
    assert (intent.status, intent.amount_capturable, intent.amount_received) == (
        "requires_capture",
        5000,
        0,
    )

    captured = client.v1.payment_intents.capture(intent.id)

    assert (captured.status, captured.amount_capturable, captured.amount_received) == (
        "succeeded",
        0,
        5000,
    )
    offline.run_due()
    told = [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]
    assert inbox.types[:5] == told


def test_the_fee_is_not_known_when_the_payment_succeeds(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client)
    assert charge.balance_transaction is None

    offline.run_due()

    settled = client.v1.charges.retrieve(charge.id, {"expand": ["balance_transaction"]})
    assert isinstance(settled.balance_transaction, stripe.BalanceTransaction)
    assert settled.balance_transaction.net == 5000 - settled.balance_transaction.fee
    event = inbox.events[-1]
    assert event.type == "charge.updated"
    assert event.to_dict()["data"]["previous_attributes"] == {"balance_transaction": None}


def test_a_charge_carries_the_metadata_and_the_method_as_people_know_it(
    client: stripe.StripeClient,
) -> None:
    wallet = client.v1.payment_methods.create(
        {"type": "card", "card": {"token": "tok_test_applepay"}}
    )
    intent = client.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "gbp",
            "confirm": True,
            "return_url": RETURN_URL,
            "metadata": {"portal": "demo"},
            "payment_method": wallet.id,
        }
    )

    charge = client.v1.charges.retrieve(str(intent.latest_charge))

    assert charge.metadata.to_dict() == {"portal": "demo"}
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert charge.payment_method_details.card.last4 == "4242"
    assert charge.payment_method_details.card.wallet is not None
    assert charge.payment_method_details.card.wallet.type == "apple_pay"


def test_cancelling_an_authorised_payment_lets_the_money_go(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "capture_method": "manual", "confirm": True,
         "payment_method": "pm_card_visa", "return_url": RETURN_URL}
    )  # fmt: skip

    cancelled = client.v1.payment_intents.cancel(intent.id)

    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (cancelled.status, charge.captured, charge.refunded) == ("canceled", False, True)


def test_many_at_once_lose_nothing(client: stripe.StripeClient, offline: OfflineStripe) -> None:
    with ThreadPoolExecutor(8) as pool:
        working = pool.submit(lambda: [offline.run_due() for _ in range(20)])
        paid = list(pool.map(lambda amount: pay(client, amount=5000 + amount), range(40)))
        working.result()

    offline.run_due()

    assert len({intent.id for intent in paid}) == 40
    charges = client.v1.charges.list({"limit": 100}).data
    assert len(charges) == 40
    assert all(charge.balance_transaction for charge in charges)
    assert len(client.v1.balance_transactions.list({"limit": 100}).data) == 40


def test_a_payment_to_be_captured_by_hand_is_never_held_in_processing(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    offline.settings.hold_processing = 1

    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "capture_method": "manual", "confirm": True,
         "payment_method": "pm_card_visa"}
    )  # fmt: skip

    assert (intent.status, offline.settings.hold_processing) == ("requires_capture", 1)


def test_a_payment_that_was_undone_has_held_nothing(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    offline.settings.hold_processing = 1
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "gbp", "confirm": True, "payment_method": "pm_card_visa",
             "expand": ["nothing"]}
        )  # fmt: skip

    assert pay(client).status == "processing"


def test_a_payment_can_be_paid_once_however_many_confirm_it(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})

    def confirm(_: int) -> str:
        try:
            return client.v1.payment_intents.confirm(
                intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
            ).status
        except stripe.InvalidRequestError as error:
            return str(error.code)

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(confirm, range(8)))

    assert outcomes == ["payment_intent_unexpected_state"] * 7 + ["succeeded"]
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1
