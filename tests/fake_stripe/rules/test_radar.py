"""Reviews and early fraud warnings end with what they are about."""

from collections.abc import Callable

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import RETURN_URL, paid_charge

ENDS: dict[str, Callable[[stripe.StripeClient, str], object]] = {
    "refunded": lambda client, charge: client.v1.refunds.create({"charge": charge, "amount": 100}),
    "refunded_as_fraud": lambda client, charge: client.v1.refunds.create(
        {"charge": charge, "reason": "fraudulent"}
    ),
}


@pytest.mark.parametrize("reason", ENDS)
def test_a_refund_closes_the_review(
    reason: str, client: stripe.StripeClient, inbox: Inbox, offline: OfflineStripe
) -> None:
    charge = paid_charge(client, "pm_card_riskLevelElevated")

    ENDS[reason](client, charge.id)
    offline.run_due()

    review = client.v1.reviews.retrieve(str(charge.review))
    assert (review.open, review.closed_reason) == (False, reason)
    assert inbox.types.count("review.closed") == 1
    reported = client.v1.charges.retrieve(charge.id).fraud_details
    assert reported is not None
    assert reported.to_dict() == (
        {"user_report": "fraudulent"} if reason == "refunded_as_fraud" else {}
    )


def test_a_payment_is_reviewed_before_it_is_captured(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "capture_method": "manual", "confirm": True,
         "payment_method": "pm_card_riskLevelElevated", "return_url": RETURN_URL}
    )  # fmt: skip
    assert client.v1.reviews.retrieve(str(intent.review)).open is True

    client.v1.payment_intents.cancel(intent.id)

    assert client.v1.reviews.retrieve(str(intent.review)).closed_reason == "canceled"


def test_a_warning_is_actionable_until_all_is_given_back(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client, "pm_card_createIssuerFraudRecord")
    offline.run_due()
    warning = client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data[0]

    client.v1.refunds.create({"charge": charge.id, "amount": 100})
    after_part = client.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable
    client.v1.refunds.create({"charge": charge.id})
    offline.run_due()

    assert (warning.actionable, after_part) == (True, True)
    assert client.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable is False
    assert inbox.types.count("radar.early_fraud_warning.updated") == 1
