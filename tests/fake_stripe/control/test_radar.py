"""Early fraud warnings and reviews made to happen by hand."""

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.rules.radar import FRAUD_TYPES, OTHER_ENDS
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.payments import paid_charge


def test_a_warning_by_hand_is_actionable_as_any_other(
    hand: Hand, client: stripe.StripeClient
) -> None:
    charge = paid_charge(client)
    open_to_refunds = hand("early_fraud_warnings", charge=charge.id)
    client.v1.refunds.create({"charge": charge.id})

    too_late = hand("early_fraud_warnings", charge=charge.id)

    assert (open_to_refunds["actionable"], too_late["actionable"]) == (True, False)


def test_a_warning_is_actionable_again_once_the_refund_has_failed(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client)
    warning = hand("early_fraud_warnings", charge=charge.id)["id"]
    refund = client.v1.refunds.create({"charge": charge.id})
    assert client.v1.radar.early_fraud_warnings.retrieve(warning).actionable is False

    hand("refunds/finish", refund=refund.id, outcome="fail")
    offline.run_due()

    assert client.v1.radar.early_fraud_warnings.retrieve(warning).actionable is True
    assert inbox.types.count("radar.early_fraud_warning.updated") == 2


@pytest.mark.parametrize("fraud_type", FRAUD_TYPES)
def test_a_warning_has_any_documented_type_of_fraud(
    fraud_type: str, hand: Hand, client: stripe.StripeClient
) -> None:
    warning = hand("early_fraud_warnings", charge=paid_charge(client).id, fraud_type=fraud_type)

    assert client.v1.radar.early_fraud_warnings.retrieve(warning["id"]).fraud_type == fraud_type


@pytest.mark.parametrize("reason", [*OTHER_ENDS, "approved"])
def test_a_payment_is_sent_to_review_by_hand_which_ends_once(
    reason: str, hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client)

    opened = hand("reviews", charge=charge.id)
    hand("reviews", charge=charge.id)
    refused_to_open_two = hand.status
    linked = client.v1.charges.retrieve(charge.id).review
    intent = client.v1.payment_intents.retrieve(str(charge.payment_intent))
    for _ in range(2):
        if reason == "approved":
            hand("reviews/approve", review=opened["id"])
        else:
            hand("reviews/close", review=opened["id"], reason=reason)
    offline.run_due()

    assert (opened["opened_reason"], opened["reason"]) == ("manual", "manual")
    assert (linked, intent.review) == (opened["id"], opened["id"])
    assert (refused_to_open_two, hand.status) == (400, 400)
    closed = client.v1.reviews.retrieve(opened["id"])
    assert (closed.open, closed.closed_reason, closed.reason) == (False, reason, reason)
    assert inbox.types.count("review.opened") == inbox.types.count("review.closed") == 1


@pytest.mark.parametrize(
    ("path", "values", "param"),
    [
        ("early_fraud_warnings", {"fraud_type": "whim"}, "fraud_type"),
        ("reviews/close", {"reason": "approved"}, "reason"),
        ("reviews/close", {"reason": "whim"}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    path: str, values: dict[str, str], param: str, hand: Hand, client: stripe.StripeClient
) -> None:
    about = {"review": "prv_1"}
    if path == "early_fraud_warnings":
        about = {"charge": paid_charge(client).id}

    answer = hand.give(path, about | values)

    assert (hand.status, answer["error"]["param"]) == (400, param)
