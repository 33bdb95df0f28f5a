"""Every kind of object is complete, say Stripe's OpenAPI document and the SDK."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.objects import BLANKS
from tests.fake_stripe.http.test_files import upload
from tests.fake_stripe.judges import complaints
from tests.fake_stripe.payments import paid_charge, pay

Maker = Callable[[stripe.StripeClient, OfflineStripe], stripe.StripeObject]


def _declined(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.PaymentIntent:
    with pytest.raises(stripe.CardError):
        pay(client, "pm_card_chargeDeclined")
    return client.v1.payment_intents.list().data[0]


def _settled(
    client: stripe.StripeClient, offline: OfflineStripe, card: str = "pm_card_visa"
) -> stripe.Charge:
    charge = paid_charge(client, card, 10_000, "eur")
    offline.run_due()
    return client.v1.charges.retrieve(charge.id)


def _dispute(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.Dispute:
    _settled(client, offline, "pm_card_createDispute")
    return client.v1.disputes.list().data[0]


def _payout(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.Payout:
    _settled(client, offline)
    offline.advance(8 * 86400)
    return client.v1.payouts.list().data[0]


def _failed_refund(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.Refund:
    refund = client.v1.refunds.create({"charge": paid_charge(client, "pm_card_refundFail").id})
    offline.advance(60)
    return client.v1.refunds.retrieve(refund.id)


def _review(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.Review:
    paid_charge(client, "pm_card_riskLevelElevated")
    return client.v1.reviews.list().data[0]


def _warning(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.StripeObject:
    _settled(client, offline, "pm_card_createIssuerFraudRecord")
    return client.v1.radar.early_fraud_warnings.list().data[0]


def _event(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.Event:
    pay(client)
    return client.v1.events.list({"type": "payment_intent.succeeded"}).data[0]


MAKERS: dict[str, Maker] = {
    "new customer": lambda client, _: client.v1.customers.create({"metadata": {"portal": "demo"}}),
    "customer with address": lambda client, _: client.v1.customers.create(
        {"address": {"line1": "1 High Street", "country": "GB"}}
    ),
    "new intent": lambda client, _: client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp"}
    ),
    "paid intent": lambda client, _: pay(client),
    "declined intent": _declined,
    "intent in 3-D Secure": lambda client, _: pay(client, "pm_card_threeDSecure2Required"),
    "payment method": lambda client, _: client.v1.payment_methods.retrieve("pm_card_visa"),
    "wallet payment method": lambda client, _: client.v1.payment_methods.create(
        {"type": "card", "card": {"token": "tok_test_applepay"}}
    ),
    "charge": lambda client, _: paid_charge(client),
    "settled charge": _settled,
    "refund": lambda client, _: client.v1.refunds.create({"charge": paid_charge(client).id}),
    "pending refund": lambda client, _: client.v1.refunds.create(
        {"charge": paid_charge(client, "pm_card_pendingRefund").id}
    ),
    "failed refund": _failed_refund,
    "balance transaction": lambda client, offline: client.v1.balance_transactions.retrieve(
        str(_settled(client, offline).balance_transaction)
    ),
    "dispute": _dispute,
    "payout": _payout,
    "review": _review,
    "early fraud warning": _warning,
    "event": _event,
    "webhook endpoint": lambda client, _: client.v1.webhook_endpoints.create(
        {"url": "https://clinic.test/hooks", "enabled_events": ["*"]}
    ),
    "file": lambda client, _: upload(client),
    "balance": lambda client, _: client.v1.balance.retrieve(),
}


@pytest.mark.parametrize("name", MAKERS)
def test_object_is_what_stripe_describes(
    name: str, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    document: dict[str, Any] = MAKERS[name](client, offline).to_dict()

    assert complaints(document) == []


def test_every_kind_is_judged(client: stripe.StripeClient, offline: OfflineStripe) -> None:
    judged = {MAKERS[name](client, offline).to_dict()["object"] for name in MAKERS}

    assert judged >= set(BLANKS)


def test_the_judges_can_say_no(client: stripe.StripeClient) -> None:
    intent = pay(client).to_dict()
    intent["status"] = "paid"
    intent["colour"] = "green"
    del intent["latest_charge"]

    found = complaints(intent)

    assert any("'paid' is not one of" in complaint for complaint in found)
    assert "key colour is not Stripe's" in found
    assert "key latest_charge is missing" in found
