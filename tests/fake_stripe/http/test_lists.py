"""Cursor lists and expansion, as the SDK walks them."""

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import paid_charge, pay


@pytest.fixture
def five(client: stripe.StripeClient, offline: OfflineStripe) -> list[str]:
    """Five intents, newest first, two of them of the same second."""
    made = []
    for place in range(5):
        made.append(
            client.v1.payment_intents.create({"amount": 5000 + place, "currency": "gbp"}).id
        )
        offline.advance(place % 2)
    return made[::-1]


def _ids(listed: stripe.ListObject[stripe.PaymentIntent]) -> list[str]:
    return [intent.id for intent in listed.data]


def test_lists_are_newest_first(client: stripe.StripeClient, five: list[str]) -> None:
    assert _ids(client.v1.payment_intents.list()) == five


def test_pages_meet_without_gap_or_repeat(client: stripe.StripeClient, five: list[str]) -> None:
    first = client.v1.payment_intents.list({"limit": 2})
    second = client.v1.payment_intents.list({"limit": 2, "starting_after": five[1]})
    back = client.v1.payment_intents.list({"limit": 2, "ending_before": five[4]})

    assert (_ids(first), first.has_more) == (five[:2], True)
    assert (_ids(second), second.has_more) == (five[2:4], True)
    assert (_ids(back), back.has_more) == (five[2:4], True)


def test_the_sdk_walks_every_page(client: stripe.StripeClient, five: list[str]) -> None:
    assert [
        intent.id for intent in client.v1.payment_intents.list({"limit": 2}).auto_paging_iter()
    ] == five


def test_lists_can_be_cut_by_time(
    client: stripe.StripeClient, offline: OfflineStripe, five: list[str]
) -> None:
    newest = client.v1.payment_intents.retrieve(five[0]).created

    assert _ids(client.v1.payment_intents.list({"created": {"lt": newest}})) == five[1:]
    assert _ids(client.v1.payment_intents.list({"created": newest})) == five[:1]


def test_events_can_be_chosen_by_types(client: stripe.StripeClient) -> None:
    pay(client)

    listed = client.v1.events.list({"types": ["charge.succeeded", "payment_intent.succeeded"]})

    assert {event.type for event in listed.data} == {"charge.succeeded", "payment_intent.succeeded"}


def test_events_can_be_chosen_by_the_start_of_their_type(client: stripe.StripeClient) -> None:
    pay(client)

    assert {event.type for event in client.v1.events.list({"type": "charge.*"}).data} == {
        "charge.succeeded"
    }


def test_events_can_be_chosen_by_whether_they_arrived(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    client.v1.customers.create()
    offline.run_due()
    inbox.status = 500
    client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})
    offline.run_due()

    def chosen(success: bool) -> list[str]:
        return [event.type for event in client.v1.events.list({"delivery_success": success}).data]

    assert (chosen(True), chosen(False)) == (["customer.created"], ["payment_intent.created"])


def test_customers_are_found_by_their_exact_address(client: stripe.StripeClient) -> None:
    wanted = client.v1.customers.create({"email": "alice@clinic.test"}).id
    client.v1.customers.create({"email": "bob@clinic.test"})

    found = client.v1.customers.list({"email": "alice@clinic.test"}).data

    assert [customer.id for customer in found] == [wanted]
    assert client.v1.customers.list({"email": "nobody@clinic.test"}).data == []


def test_deleted_customers_end_no_page_early(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create().id for _ in range(6)]
    for identifier in made[2:5]:
        client.v1.customers.delete(identifier)

    listed = client.v1.customers.list({"limit": 2})

    assert [customer.id for customer in listed.auto_paging_iter()] == [made[5], made[1], made[0]]


def test_payouts_are_found_by_when_they_arrive(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    paid_charge(client)
    offline.run_due()
    offline.advance(5 * 86400)
    payout = client.v1.payouts.list().data[0]

    on_the_day = client.v1.payouts.list({"arrival_date": payout.arrival_date}).data
    before = client.v1.payouts.list({"arrival_date": {"lt": payout.arrival_date}}).data

    assert [found.id for found in on_the_day] == [payout.id]
    assert before == []
    assert client.v1.payouts.list({"destination": "ba_other"}).data == []


@pytest.mark.parametrize(("currency", "count"), [("gbp", 1), ("eur", 0)])
def test_balance_transactions_are_found_by_currency(
    currency: str, count: int, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    paid_charge(client)
    offline.run_due()

    assert len(client.v1.balance_transactions.list({"currency": currency}).data) == count


def test_a_page_begins_at_one_place(client: stripe.StripeClient, five: list[str]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        client.v1.payment_intents.list({"starting_after": five[0], "ending_before": five[1]})


def test_bob_sees_an_empty_list(outsider: stripe.StripeClient, five: list[str]) -> None:
    assert outsider.v1.payment_intents.list().data == []


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"starting_after": "pi_no"}, "starting_after"),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    params: stripe.params.PaymentIntentListParams, param: str, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.list(params)

    assert (caught.value.http_status, caught.value.param) == (400, param)


def test_expansion_reaches_four_levels(client: stripe.StripeClient, offline: OfflineStripe) -> None:
    refund = client.v1.refunds.create({"charge": paid_charge(client).id})
    offline.run_due()

    deep = "charge.payment_intent.latest_charge.balance_transaction"
    found = client.v1.refunds.retrieve(refund.id, {"expand": [deep]}).to_dict()

    assert (
        found["charge"]["payment_intent"]["latest_charge"]["balance_transaction"]["object"]
        == "balance_transaction"
    )


def test_lists_expand_their_entries(client: stripe.StripeClient, offline: OfflineStripe) -> None:
    intent = pay(client)

    listed = client.v1.payment_intents.list({"expand": ["data.latest_charge"]})

    charge = listed.data[0].latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.payment_intent == intent.id


def test_a_charges_refunds_come_when_asked_for(client: stripe.StripeClient) -> None:
    charge = paid_charge(client)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 100})

    assert client.v1.charges.retrieve(charge.id).refunds is None
    expanded = client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]}).refunds
    assert expanded is not None
    assert [entry.id for entry in expanded.data] == [refund.id]


def test_a_deleted_customer_is_expanded_as_deleted(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"name": "Alice"}).id
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "customer": customer}
    )
    client.v1.customers.delete(customer)

    found = client.v1.payment_intents.retrieve(intent.id, {"expand": ["customer"]}).to_dict()

    assert found["customer"] == {"id": customer, "object": "customer", "deleted": True}


def test_nothing_unset_is_expanded_into_something(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp", "expand": ["latest_charge.refunds"]}
    )

    assert intent.latest_charge is None


def test_what_may_be_asked_for_though_it_is_not_there_yet(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"charge": paid_charge(client).id})

    found = client.v1.refunds.retrieve(
        refund.id,
        {
            "expand": [
                "failure_balance_transaction",
                "transfer_reversal",
                "charge.on_behalf_of",
                "customer",
            ]
        },
    )

    assert isinstance(found.charge, stripe.Charge)
    assert (found.transfer_reversal, found.charge.on_behalf_of) == (None, None)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("amount", "cannot be expanded"),
        ("colour", "cannot be expanded"),
        ("latest_charge.amount", "cannot be expanded"),
        ("customer.a.b.c.d", "more than 4 levels"),
    ],
)
def test_what_cannot_be_expanded_is_refused(
    path: str, message: str, client: stripe.StripeClient
) -> None:
    intent = pay(client)

    with pytest.raises(stripe.InvalidRequestError, match=message):
        client.v1.payment_intents.retrieve(intent.id, {"expand": [path]})
