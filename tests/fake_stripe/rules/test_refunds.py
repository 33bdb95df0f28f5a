"""Money going back: how much, how it settles, and how it can fail."""

from contextlib import closing

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from fake_stripe.core import OfflineStripe
from fake_stripe.in_process import InProcessClient
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import paid_charge, pay


def test_a_refund_in_part_leaves_the_rest(client: stripe.StripeClient) -> None:
    charge = paid_charge(client)

    refund = client.v1.refunds.create(
        {"payment_intent": str(charge.payment_intent), "amount": 2000}
    )

    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 2000, charge.id)
    left = client.v1.charges.retrieve(charge.id)
    assert (left.amount_refunded, left.refunded) == (2000, False)


def test_a_refund_without_an_amount_gives_back_what_is_left(client: stripe.StripeClient) -> None:
    charge = paid_charge(client)
    client.v1.refunds.create({"charge": charge.id, "amount": 2000})

    assert client.v1.refunds.create({"charge": charge.id}).amount == 3000
    assert client.v1.charges.retrieve(charge.id).refunded is True


@given(parts=st.lists(st.integers(min_value=1, max_value=3000), min_size=1, max_size=6))
def test_never_more_than_was_paid_is_given_back(parts: list[int]) -> None:
    with closing(OfflineStripe()) as offline:
        client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(offline))
        charge = paid_charge(client)
        given_back = 0
        for part in parts:
            try:
                given_back += client.v1.refunds.create({"charge": charge.id, "amount": part}).amount
            except stripe.InvalidRequestError:
                assert given_back + part > 5000 or given_back == 5000

        assert given_back <= 5000
        assert client.v1.charges.retrieve(charge.id).amount_refunded == given_back


@pytest.mark.parametrize(
    ("amount", "before"),
    [(2000, {"amount_refunded": 0}), (5000, {"amount_refunded": 0, "refunded": False})],
)
def test_the_event_tells_what_the_charge_said_before(
    amount: int, before: dict[str, object], client: stripe.StripeClient
) -> None:
    client.v1.refunds.create({"charge": paid_charge(client).id, "amount": amount})

    event = client.v1.events.list({"type": "charge.refunded"}).data[0].to_dict()
    assert event["data"]["previous_attributes"] == before


def test_both_events_tell_of_changed_metadata(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"charge": paid_charge(client).id})

    client.v1.refunds.update(refund.id, {"metadata": {"portal": "demo"}})

    told = client.v1.events.list({"types": ["refund.updated", "charge.refund.updated"]}).data
    assert {event.type for event in told} == {"refund.updated", "charge.refund.updated"}
    assert [event.to_dict()["data"]["previous_attributes"] for event in told] == [
        {"metadata": {"portal": None}}
    ] * 2


def test_the_banks_reference_comes_later(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    refund = client.v1.refunds.create({"charge": paid_charge(client).id})
    offline.advance(60)
    offline.run_due()

    first = refund.to_dict()["destination_details"]["card"]
    later = client.v1.refunds.retrieve(refund.id).to_dict()["destination_details"]["card"]
    assert (first["reference_status"], "reference" in first) == ("pending", False)
    assert (later["reference_status"], len(later["reference"])) == ("available", 11)
    assert inbox.types[-2:] == ["refund.updated", "charge.refund.updated"]


def test_too_much_is_refused_with_both_amounts(client: stripe.StripeClient) -> None:
    charge = paid_charge(client)

    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge.id, "amount": 5001})

    assert caught.value.param == "amount"
    assert "(£50.01) is greater than unrefunded amount on charge (£50.00)" in str(
        caught.value.user_message
    )


def test_a_refunded_charge_is_refused(client: stripe.StripeClient) -> None:
    charge = paid_charge(client)
    client.v1.refunds.create({"charge": charge.id})

    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge.id})

    assert caught.value.code == "charge_already_refunded"


def test_a_pending_refund_succeeds_later(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    refund = client.v1.refunds.create({"charge": paid_charge(client, "pm_card_pendingRefund").id})
    assert (refund.status, refund.balance_transaction) == ("pending", None)

    offline.advance(60)
    offline.run_due()

    later = client.v1.refunds.retrieve(refund.id)
    assert later.status == "succeeded"
    assert later.balance_transaction is not None
    assert "refund.updated" in inbox.types


def test_a_refund_that_succeeded_fails_and_the_money_is_ours_again(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    charge = paid_charge(client, "pm_card_refundFail")
    refund = client.v1.refunds.create({"charge": charge.id})
    assert refund.status == "succeeded"

    offline.advance(60)
    offline.run_due()

    failed = client.v1.refunds.retrieve(
        refund.id, {"expand": ["balance_transaction", "failure_balance_transaction"]}
    )
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert isinstance(failed.balance_transaction, stripe.BalanceTransaction)
    assert isinstance(failed.failure_balance_transaction, stripe.BalanceTransaction)
    assert failed.balance_transaction.net + failed.failure_balance_transaction.net == 0
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 0
    assert inbox.types[-1] == "refund.failed"


def test_an_unpaid_intent_has_nothing_to_refund(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})

    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_bob_cannot_refund_the_clinics_payment(
    client: stripe.StripeClient, outsider: stripe.StripeClient
) -> None:
    intent = pay(client)

    with pytest.raises(stripe.InvalidRequestError) as caught:
        outsider.v1.refunds.create({"payment_intent": intent.id})

    assert caught.value.code == "resource_missing"


def test_a_refund_to_a_card_cannot_be_canceled(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"charge": paid_charge(client, "pm_card_pendingRefund").id})

    with pytest.raises(stripe.InvalidRequestError, match="because it has a status of pending"):
        client.v1.refunds.cancel(refund.id)
