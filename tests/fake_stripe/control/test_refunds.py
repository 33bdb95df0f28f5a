"""Every state that a refund can be in, and how it comes to each."""

from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.rules.refund_ends import FAILURE_REASONS, OUTCOMES, PENDING_REASONS
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.payments import RETURN_URL, paid_charge

DAY = 86400
BEGINNINGS = ("pending", "requires_action", "succeeded")
# What a refund that began so comes to with each outcome; anything else is refused.
ENDS = {
    ("pending", "succeed"): "succeeded",
    ("pending", "require_action"): "requires_action",
    ("pending", "fail"): "failed",
    ("pending", "cancel"): "canceled",
    ("requires_action", "succeed"): "succeeded",
    ("requires_action", "fail"): "failed",
    ("requires_action", "cancel"): "canceled",
    ("succeeded", "fail"): "failed",
}
BOTH = ["refund.updated", "charge.refund.updated"]


def _refund(hand: Hand, client: stripe.StripeClient, status: str, **planned: str) -> stripe.Refund:
    """A refund that begins in this status, with a card whose refunds succeed."""
    charge = paid_charge(client, "pm_card_visa", 5000, "eur")
    hand("deliveries/run")
    hand.give("refunds/next", {"status": status, **planned})
    return client.v1.refunds.create({"charge": charge.id, "amount": 2000})


def _card(refund: stripe.Refund) -> dict[str, Any]:
    """What the refund says of its way back to the card."""
    found: dict[str, Any] = refund.to_dict()["destination_details"]["card"]
    return found


def _money(client: stripe.StripeClient, refund: stripe.Refund) -> list[tuple[str, str, int]]:
    """What the refund did to the balance, oldest first."""
    listed = client.v1.balance_transactions.list({"source": refund.id}).data
    return [(line.type, line.reporting_category, line.net) for line in reversed(listed)]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_refund_comes_to_what_it_can_come_to(
    beginning: str,
    outcome: str,
    hand: Hand,
    client: stripe.StripeClient,
    offline: OfflineStripe,
    inbox: Inbox,
) -> None:
    refund = _refund(hand, client, beginning)
    offline.run_due()
    told_before = len(inbox.types)
    assert refund.status == beginning

    hand("refunds/finish", refund=refund.id, outcome=outcome)
    offline.run_due()

    end = ENDS.get((beginning, outcome), "")
    assert hand.status == {"": 400}.get(end, 200)
    assert client.v1.refunds.retrieve(refund.id).status == (end or beginning)
    told = {"": [], "failed": [*BOTH, "refund.failed"]}.get(end, BOTH)
    assert inbox.types[told_before:] == told


@pytest.mark.parametrize(("beginning", "outcome"), ENDS)
def test_money_and_charge_agree_with_every_end(
    beginning: str, outcome: str, hand: Hand, client: stripe.StripeClient
) -> None:
    refund = _refund(hand, client, beginning)
    before = _money(client, refund)

    hand("refunds/finish", refund=refund.id, outcome=outcome)

    came_to_nothing = ENDS[beginning, outcome] in ("failed", "canceled")
    # €20.00 at the fixed rate.
    taken, given_back = ("refund", "refund", -1713), ("refund_failure", "refund_failure", 1713)
    after = [taken, given_back][: 1 + came_to_nothing]
    if beginning == "pending":
        assert before == []
        after = after[: 2 * (not came_to_nothing)]
    else:
        assert before == [taken]
    assert _money(client, refund) == after
    found = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    failure = found.to_dict().get("failure_balance_transaction")
    assert (failure is not None) == (given_back in after)
    charge = client.v1.charges.retrieve(str(refund.charge))
    assert charge.amount_refunded == {True: 0, False: 2000}[came_to_nothing]


@pytest.mark.parametrize("reason", FAILURE_REASONS)
def test_a_refund_fails_for_every_documented_reason(
    reason: str, hand: Hand, client: stripe.StripeClient
) -> None:
    refund = _refund(hand, client, "succeeded")

    hand("refunds/finish", refund=refund.id, outcome="fail", reason=reason)

    failed = client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", reason)


@pytest.mark.parametrize("reason", PENDING_REASONS)
def test_a_refund_is_pending_for_every_documented_reason(
    reason: str, hand: Hand, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    refund = _refund(hand, client, "pending", pending_reason=reason)
    offline.advance(30 * DAY)

    still = client.v1.refunds.retrieve(refund.id)
    assert (still.status, still.pending_reason, _card(still)) == (
        "pending",
        reason,
        {"type": "pending"},
    )


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("destination", ["refund", "reversal"])
@pytest.mark.parametrize("reference", ["available", "unavailable"])
def test_a_refund_says_how_it_comes_back_and_by_which_reference(
    beginning: str,
    destination: str,
    reference: str,
    hand: Hand,
    client: stripe.StripeClient,
    inbox: Inbox,
    offline: OfflineStripe,
) -> None:
    refund = _refund(hand, client, beginning, destination=destination)
    if beginning != "succeeded":
        hand("refunds/finish", refund=refund.id, outcome="succeed")
    on_its_way = _card(client.v1.refunds.retrieve(refund.id))

    hand("refunds/trace", refund=refund.id, reference=reference)
    offline.run_due()

    traced = _card(client.v1.refunds.retrieve(refund.id))
    assert (on_its_way["type"], on_its_way["reference_status"]) == (destination, "pending")
    assert (traced["type"], traced["reference_status"]) == (destination, reference)
    assert ("reference" in on_its_way, "reference" in traced) == (False, reference == "available")
    assert inbox.types[-2:] == BOTH


def test_only_what_has_succeeded_can_be_traced(hand: Hand, client: stripe.StripeClient) -> None:
    refund = _refund(hand, client, "pending")

    hand("refunds/trace", refund=refund.id)

    assert hand.status == 400


def test_the_payer_is_asked_by_email_where_the_money_shall_go(
    hand: Hand, client: stripe.StripeClient
) -> None:
    method = client.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"token": "tok_visa"},
            "billing_details": {"email": "alice@clinic.test"},
        }
    )
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "confirm": True, "payment_method": method.id,
         "return_url": RETURN_URL}
    )  # fmt: skip
    hand("refunds/next", status="requires_action")

    refund = client.v1.refunds.create({"payment_intent": intent.id}).to_dict()

    asked = refund["next_action"]["display_details"]
    assert asked["email_sent"]["email_sent_to"] == "alice@clinic.test"
    assert asked["expires_at"] == refund["created"] + 45 * DAY


def test_a_refund_that_waits_for_the_payer_is_canceled_by_the_api(
    hand: Hand, client: stripe.StripeClient
) -> None:
    refund = _refund(hand, client, "requires_action")

    canceled = client.v1.refunds.cancel(refund.id)

    assert (canceled.status, canceled.failure_reason) == ("canceled", "merchant_request")
    assert sum(net for _, _, net in _money(client, refund)) == 0
    assert "next_action" not in canceled.to_dict()


def test_a_refund_that_waits_for_the_payer_can_expire(
    hand: Hand, client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    refund = _refund(hand, client, "requires_action")

    expired = client.v1.test_helpers.refunds.expire(refund.id)
    offline.run_due()

    assert (expired.status, inbox.types[-1]) == ("failed", "refund.failed")
    assert sum(net for _, _, net in _money(client, refund)) == 0


@pytest.mark.parametrize("beginning", ["pending", "succeeded"])
def test_nothing_else_can_be_canceled_or_expire(
    beginning: str, hand: Hand, client: stripe.StripeClient
) -> None:
    refund = _refund(hand, client, beginning)

    with pytest.raises(stripe.InvalidRequestError, match=f"has a status of {beginning}"):
        client.v1.refunds.cancel(refund.id)
    with pytest.raises(stripe.InvalidRequestError, match=f"has a status of {beginning}"):
        client.v1.test_helpers.refunds.expire(refund.id)


def test_a_chargeback_fails_the_refunds_on_their_way(
    hand: Hand, client: stripe.StripeClient
) -> None:
    charge = paid_charge(client)
    hand("refunds/next", status="pending")
    on_its_way = client.v1.refunds.create({"charge": charge.id, "amount": 500})
    arrived = client.v1.refunds.create({"charge": charge.id, "amount": 700})

    hand("disputes", charge=charge.id, inquiry=True)
    assert client.v1.refunds.retrieve(on_its_way.id).status == "pending"
    hand("disputes/decide", dispute=client.v1.disputes.list().data[0].id, outcome="lost")

    failed = client.v1.refunds.retrieve(on_its_way.id)
    assert (failed.status, failed.failure_reason) == (
        "failed",
        "charge_for_pending_refund_disputed",
    )
    assert client.v1.refunds.retrieve(arrived.id).status == "succeeded"


def test_a_plan_is_for_as_many_refunds_of_one_account_as_it_says(
    hand: Hand, client: stripe.StripeClient, outsider: stripe.StripeClient
) -> None:
    charge, bobs = paid_charge(client), paid_charge(outsider)
    hand("refunds/next", status="pending", count=2, account="clinic")

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": charge.id, "amount": 9999})
    bob = outsider.v1.refunds.create({"charge": bobs.id})
    ours = [client.v1.refunds.create({"charge": charge.id, "amount": 10}) for _ in range(3)]

    assert [refund.status for refund in ours] == ["pending", "pending", "succeeded"]
    assert bob.status == "succeeded"


@pytest.mark.parametrize(
    ("path", "values", "param"),
    [
        ("refunds/next", {"status": "failed"}, "status"),
        ("refunds/next", {"status": "pending", "pending_reason": "whim"}, "pending_reason"),
        ("refunds/next", {"status": "pending", "destination": "cash"}, "destination"),
        ("refunds/next", {"status": "pending", "count": -1}, "count"),
        ("refunds/finish", {"outcome": "vanish"}, "outcome"),
        ("refunds/finish", {"outcome": "fail", "reason": "whim"}, "reason"),
        ("refunds/finish", {"outcome": "succeed", "reason": "unknown"}, "reason"),
        ("refunds/trace", {"reference": "lost"}, "reference"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_name(
    path: str, values: dict[str, object], param: str, hand: Hand, client: stripe.StripeClient
) -> None:
    about = {"refund": client.v1.refunds.create({"charge": paid_charge(client).id}).id}
    if path == "refunds/next":
        about = {}

    answer = hand.give(path, about | values)

    assert (hand.status, answer["error"]["param"]) == (400, param)
