"""Disputes: opened by a card's bank, answered, decided, accepted, forgotten."""

from collections.abc import Callable

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.errors import ApiError
from fake_stripe.rules.disputes import decide
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import paid_charge

DAY = 86400


def _dispute(
    client: stripe.StripeClient, offline: OfflineStripe, card: str = "pm_card_createDispute"
) -> stripe.Dispute:
    charge = paid_charge(client, card)
    offline.run_due()
    return client.v1.disputes.list({"charge": charge.id}).data[0]


def _money(dispute: stripe.Dispute) -> list[int]:
    return [transaction.net for transaction in dispute.balance_transactions]


def test_a_chargeback_takes_the_amount_and_a_fee(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    dispute = _dispute(client, offline)

    assert (dispute.status, dispute.reason, dispute.is_charge_refundable) == (
        "needs_response",
        "fraudulent",
        False,
    )
    assert _money(dispute) == [-7000]
    assert client.v1.charges.retrieve(str(dispute.charge)).disputed is True
    assert inbox.types[-3:] == [
        "charge.dispute.created",
        "charge.updated",
        "charge.dispute.funds_withdrawn",
    ]


def test_a_disputed_charge_cannot_be_refunded(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline)

    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": str(dispute.charge)})

    assert caught.value.code == "charge_disputed"


def test_an_inquiry_moves_no_money_and_may_be_refunded(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline, "pm_card_createDisputeInquiry")

    assert (dispute.status, dispute.is_charge_refundable, _money(dispute)) == (
        "warning_needs_response",
        True,
        [],
    )
    assert client.v1.refunds.create({"charge": str(dispute.charge)}).status == "succeeded"


def test_a_full_refund_answers_an_inquiry(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    dispute = _dispute(client, offline, "pm_card_createDisputeInquiry")

    client.v1.refunds.create({"charge": str(dispute.charge), "amount": 100})
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_needs_response"
    client.v1.refunds.create({"charge": str(dispute.charge)})
    offline.run_due()

    assert client.v1.disputes.retrieve(dispute.id).status == "warning_closed"
    assert inbox.types[-2:] == ["charge.dispute.updated", "charge.dispute.closed"]


@pytest.mark.parametrize(
    ("words", "status", "money"),
    [("winning_evidence", "won", [-7000, 5000]), ("losing_evidence", "lost", [-7000])],
)
def test_evidence_decides(
    words: str, status: str, money: list[int], client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline)

    sent = client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": words}, "submit": True}
    )
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    offline.advance(60)

    decided = client.v1.disputes.retrieve(dispute.id)
    assert (decided.status, _money(decided)) == (status, money)


def test_evidence_can_be_kept_without_sending_it(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline)

    kept = client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": "notes"}, "submit": False}
    )

    assert (kept.status, kept.evidence.uncategorized_text) == ("needs_response", "notes")
    assert kept.evidence_details.has_evidence is True


def test_kept_evidence_is_sent_when_that_is_asked_for(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline)
    client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": False}
    )

    assert client.v1.disputes.update(dispute.id, {"submit": True}).status == "under_review"
    offline.advance(60)

    assert client.v1.disputes.retrieve(dispute.id).status == "won"


def test_without_evidence_nothing_is_sent(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline)

    changed = client.v1.disputes.update(
        dispute.id, {"metadata": {"portal": "demo"}, "submit": True}
    )

    assert (changed.status, changed.evidence_details.submission_count) == ("needs_response", 0)


def test_an_event_about_evidence_tells_only_what_changed(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline)

    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "notes"}})
    client.v1.disputes.update(dispute.id, {"metadata": {}})

    told = [
        event.to_dict()["data"]
        for event in client.v1.events.list({"type": "charge.dispute.updated"}).data
    ]
    assert [data["previous_attributes"] for data in told] == [
        {
            "evidence": {"uncategorized_text": None},
            "evidence_details": {
                "has_evidence": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "status": "needs_response",
        }
    ]


def test_closing_accepts_that_it_is_lost(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline)

    assert client.v1.disputes.close(dispute.id).status == "lost"
    closed = offline.session("clinic").get("dispute", dispute.id)
    refusals: list[Callable[[], object]] = [
        lambda: client.v1.disputes.close(dispute.id),
        lambda: client.v1.disputes.update(
            dispute.id, {"evidence": {"uncategorized_text": "too late"}}
        ),
        lambda: decide(offline.session("clinic"), closed, won=True),
    ]
    for refused in refusals:
        with pytest.raises(
            (stripe.InvalidRequestError, ApiError), match="already closed, with a status of lost"
        ):
            refused()


@pytest.mark.parametrize(
    ("card", "status"),
    [("pm_card_createDispute", "lost"), ("pm_card_createDisputeInquiry", "warning_closed")],
)
def test_a_dispute_nobody_answers_closes_itself(
    card: str, status: str, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    dispute = _dispute(client, offline, card)

    offline.advance(10 * DAY)

    assert client.v1.disputes.retrieve(dispute.id).status == status


def test_an_early_fraud_warning_names_the_charge(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client, "pm_card_createIssuerFraudRecord")
    offline.run_due()

    warning = client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data[0]

    assert warning.charge == charge.id
    assert "radar.early_fraud_warning.created" in inbox.types


def test_an_approved_review_is_closed(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client, "pm_card_riskLevelElevated")

    review = client.v1.reviews.approve(str(charge.review))
    offline.run_due()

    assert (review.open, review.closed_reason) == (False, "approved")
    assert {"review.opened", "review.closed"} <= set(inbox.types)
