"""What the portal relies on at Stripe, through its gateway; the same against the offline Stripe and
the real one.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.references import new_reference
from portal.stripe_gateway import SeenIntent, StripeGateway, StripeRefused
from tests.real_stripe.account import is_real, real_settings
from tests.support.offline_stripe import StripeHere
from tests.support.portals import make_settings

RETURN_URL = "https://portal.example/return"
PATIENCE_SECONDS = 60
Settle = Callable[[str], SeenIntent]


@pytest.fixture
def gateway(stripe: StripeHere, tmp_path: Path) -> Iterator[StripeGateway]:
    if is_real():
        yield StripeGateway(real_settings(tmp_path))
    else:
        yield StripeGateway(make_settings(tmp_path), http_client=stripe.http_client)


@pytest.fixture
def settle(gateway: StripeGateway, stripe: StripeHere) -> Settle:
    """The PaymentIntent once Stripe has said what the payment cost."""

    def wait(stripe_id: str) -> SeenIntent:
        if not is_real():
            stripe.server.advance(60)
            return gateway.fetch_intent(stripe_id)
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            seen = gateway.fetch_intent(stripe_id)
            if seen.charge and seen.charge.balance_transaction:
                return seen
            time.sleep(1)
        raise AssertionError("no balance transaction came")

    return wait


def _made(gateway: StripeGateway, amount: int = 6750, currency: str = "GBP") -> SeenIntent:
    return gateway.create_intent(new_reference("PAY"), amount, currency, new_reference("KEY"))


def _confirmed(gateway: StripeGateway, token: str) -> SeenIntent:
    return gateway.confirm_intent(_made(gateway).stripe_id, token, RETURN_URL)


@pytest.mark.parametrize(
    ("amount", "currency"), [(6750, "GBP"), (6750, "EUR"), (6750, "USD"), (6750, "JPY")]
)
def test_a_new_payment_is_open_and_ours(amount: int, currency: str, gateway: StripeGateway) -> None:
    reference = new_reference("PAY")

    made = gateway.create_intent(reference, amount, currency, new_reference("KEY"))

    assert (made.status, made.amount, made.currency) == (
        "requires_payment_method",
        amount,
        currency,
    )
    assert (made.portal, made.payment_ref, made.charge) == (gateway.portal, reference, None)
    assert made.client_secret.startswith(f"{made.stripe_id}_secret_")


def test_the_same_key_makes_one_payment(gateway: StripeGateway) -> None:
    reference, key = new_reference("PAY"), new_reference("KEY")

    first = gateway.create_intent(reference, 6750, "GBP", key)
    again = gateway.create_intent(reference, 6750, "GBP", key)

    assert first == again


def test_the_same_key_for_another_amount_is_refused(gateway: StripeGateway) -> None:
    reference, key = new_reference("PAY"), new_reference("KEY")
    gateway.create_intent(reference, 6750, "GBP", key)

    with pytest.raises(StripeRefused) as caught:
        gateway.create_intent(reference, 6751, "GBP", key)

    assert caught.value.code == "idempotency_error"


def test_a_good_card_pays_and_the_fee_comes_later(gateway: StripeGateway, settle: Settle) -> None:
    paid = _confirmed(gateway, "pm_card_visa")
    assert (paid.status, paid.amount_received) == ("succeeded", 6750)
    assert paid.charge is not None
    assert (paid.charge.status, paid.charge.brand, paid.charge.last4) == (
        "succeeded",
        "visa",
        "4242",
    )

    settled = settle(paid.stripe_id)

    assert settled.charge is not None
    transaction = settled.charge.balance_transaction
    assert transaction is not None
    assert transaction.fee > 0
    assert transaction.net == transaction.amount - transaction.fee


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
    ],
)
def test_a_declined_card_leaves_the_payment_payable(
    token: str, code: str, gateway: StripeGateway
) -> None:
    declined = _confirmed(gateway, token)

    assert (declined.status, declined.error_code, declined.amount_received) == (
        "requires_payment_method",
        code,
        0,
    )
    assert declined.charge is not None
    assert declined.charge.status == "failed"
    assert (
        gateway.confirm_intent(declined.stripe_id, "pm_card_visa", RETURN_URL).status == "succeeded"
    )


def test_a_card_of_3d_secure_waits_for_its_payer(gateway: StripeGateway) -> None:
    waiting = _confirmed(gateway, "pm_card_threeDSecure2Required")

    assert (waiting.status, waiting.amount_received, waiting.charge) == ("requires_action", 0, None)


def test_a_payment_is_canceled_once_and_never_when_paid(gateway: StripeGateway) -> None:
    canceled = gateway.cancel_intent(_made(gateway).stripe_id, "abandoned")
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")

    for stripe_id in (canceled.stripe_id, _confirmed(gateway, "pm_card_visa").stripe_id):
        with pytest.raises(StripeRefused) as caught:
            gateway.cancel_intent(stripe_id, "abandoned")
        assert caught.value.code == "payment_intent_unexpected_state"


def test_a_payment_is_found_by_our_reference(gateway: StripeGateway) -> None:
    reference = new_reference("PAY")
    made = gateway.create_intent(reference, 6750, "GBP", new_reference("KEY"))
    since = datetime.now(UTC) - timedelta(minutes=5)

    found = gateway.find_intent(reference, since)

    assert found is not None
    assert found.stripe_id == made.stripe_id
    assert gateway.find_intent(new_reference("PAY"), since) is None


def test_what_stripe_does_not_know_is_missing(gateway: StripeGateway) -> None:
    with pytest.raises(StripeRefused) as caught:
        gateway.fetch_intent("pi_3NobodyHasThisOne00000000")

    assert caught.value.code == "resource_missing"


@pytest.mark.parametrize(
    ("amount", "code"), [(1, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_an_amount_out_of_bounds_is_refused(amount: int, code: str, gateway: StripeGateway) -> None:
    with pytest.raises(StripeRefused) as caught:
        _made(gateway, amount)

    assert caught.value.code == code
