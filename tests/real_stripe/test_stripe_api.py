"""What the portal relies on at Stripe, through stripe_api; the same against the offline Stripe and
the real one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.demo import test_cards
from portal.references import new_reference
from portal.stripe_api.client import StripeApi
from portal.stripe_api.errors import StripeRefused
from portal.stripe_api.payment_intents import NewIntent, SeenIntent
from tests.real_stripe.account import is_real, real_settings
from tests.support.offline_stripe import StripeHere
from tests.support.portals import make_settings

RETURN_URL = "https://portal.example/return"
PATIENCE_SECONDS = 60
Settle = Callable[[str], SeenIntent]


@pytest.fixture
def api(stripe: StripeHere, tmp_path: Path) -> Iterator[StripeApi]:
    if is_real():
        yield StripeApi(real_settings(tmp_path))
    else:
        yield StripeApi(make_settings(tmp_path), http_client=stripe.http_client)


@pytest.fixture
def settle(api: StripeApi, stripe: StripeHere) -> Settle:
    """The PaymentIntent once Stripe has said what the payment cost."""

    def wait(stripe_id: str) -> SeenIntent:
        if not is_real():
            stripe.server.advance(60)
            return api.payment_intents.fetch(stripe_id)
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            seen = api.payment_intents.fetch(stripe_id)
            if seen.charge and seen.charge.balance_transaction:
                return seen
            time.sleep(1)
        raise AssertionError("no balance transaction came")

    return wait


def _new(amount: int = 6750, currency: str = "GBP", reference: str | None = None) -> NewIntent:
    reference = reference or new_reference("PAY")
    return NewIntent(amount, currency, reference, new_reference("BILL"), "portal-test")


def _made(api: StripeApi, amount: int = 6750, currency: str = "GBP") -> SeenIntent:
    return api.payment_intents.create(_new(amount, currency), new_reference("KEY"))


def _confirm(api: StripeApi, stripe_id: str, token: str) -> SeenIntent:
    test_cards.confirm(api, stripe_id, token, RETURN_URL)
    return api.payment_intents.fetch(stripe_id)


def _confirmed(api: StripeApi, token: str) -> SeenIntent:
    return _confirm(api, _made(api).stripe_id, token)


@pytest.mark.parametrize(
    ("amount", "currency"), [(6750, "GBP"), (6750, "EUR"), (6750, "USD"), (6750, "JPY")]
)
def test_a_new_payment_is_open_and_ours(amount: int, currency: str, api: StripeApi) -> None:
    reference = new_reference("PAY")

    made = api.payment_intents.create(_new(amount, currency, reference), new_reference("KEY"))

    assert (made.status, made.amount, made.currency) == (
        "requires_payment_method",
        amount,
        currency,
    )
    assert (made.portal, made.payment_ref, made.charge) == ("portal-test", reference, None)
    assert made.client_secret.startswith(f"{made.stripe_id}_secret_")


def test_the_same_key_makes_one_payment(api: StripeApi) -> None:
    new, key = _new(), new_reference("KEY")

    first = api.payment_intents.create(new, key)
    again = api.payment_intents.create(new, key)

    assert first == again


def test_the_same_key_for_another_amount_is_refused(api: StripeApi) -> None:
    new, key = _new(), new_reference("KEY")
    api.payment_intents.create(new, key)

    with pytest.raises(StripeRefused) as caught:
        api.payment_intents.create(replace(new, amount=6751), key)

    assert caught.value.code == "idempotency_error"


def test_a_good_card_pays_and_the_fee_comes_later(api: StripeApi, settle: Settle) -> None:
    paid = _confirmed(api, "pm_card_visa")
    assert (paid.status, paid.amount_received) == ("succeeded", 6750)
    assert paid.charge is not None
    assert (paid.charge.status, paid.charge.card.brand, paid.charge.card.last4) == (
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
def test_a_declined_card_leaves_the_payment_payable(token: str, code: str, api: StripeApi) -> None:
    declined = _confirmed(api, token)

    assert (declined.status, declined.error_code, declined.amount_received) == (
        "requires_payment_method",
        code,
        0,
    )
    assert declined.charge is not None
    assert declined.charge.status == "failed"
    assert _confirm(api, declined.stripe_id, "pm_card_visa").status == "succeeded"


def test_a_card_of_3d_secure_waits_for_its_payer(api: StripeApi) -> None:
    waiting = _confirmed(api, "pm_card_threeDSecure2Required")

    assert (waiting.status, waiting.amount_received, waiting.charge) == ("requires_action", 0, None)


def test_a_payment_is_canceled_once_and_never_when_paid(api: StripeApi) -> None:
    canceled = api.payment_intents.cancel(_made(api).stripe_id, "abandoned")
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")

    for stripe_id in (canceled.stripe_id, _confirmed(api, "pm_card_visa").stripe_id):
        with pytest.raises(StripeRefused) as caught:
            api.payment_intents.cancel(stripe_id, "abandoned")
        assert caught.value.code == "payment_intent_unexpected_state"


def test_a_payment_is_found_by_our_reference(api: StripeApi) -> None:
    reference = new_reference("PAY")
    made = api.payment_intents.create(_new(reference=reference), new_reference("KEY"))
    since = datetime.now(UTC) - timedelta(minutes=5)

    found = api.payment_intents.find(reference, since)

    assert found is not None
    assert found.stripe_id == made.stripe_id
    assert api.payment_intents.find(new_reference("PAY"), since) is None


def test_what_stripe_does_not_know_is_missing(api: StripeApi) -> None:
    with pytest.raises(StripeRefused) as caught:
        api.payment_intents.fetch("pi_3NobodyHasThisOne00000000")

    assert caught.value.code == "resource_missing"


@pytest.mark.parametrize(
    ("amount", "code"), [(1, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_an_amount_out_of_bounds_is_refused(amount: int, code: str, api: StripeApi) -> None:
    with pytest.raises(StripeRefused) as caught:
        _made(api, amount)

    assert caught.value.code == code
