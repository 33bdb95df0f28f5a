"""Customers: what they are told, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.fake_stripe.payments import paid_charge


def test_a_customer_keeps_what_it_was_told(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"name": "Alice", "balance": -500, "invoice_prefix": "ALICE"})

    assert (made.name, made.balance, made.invoice_prefix) == ("Alice", -500, "ALICE")


def test_a_change_tells_what_was_otherwise_and_no_more(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"name": "Alice", "metadata": {"a": "1", "b": "2"}})

    client.v1.customers.update(made.id, {"name": "Alice", "metadata": {"a": "9", "c": "3"}})

    event = client.v1.events.list({"type": "customer.updated"}).data[0].to_dict()
    assert event["data"]["previous_attributes"] == {"metadata": {"a": "1", "c": None}}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"email": "nope"}, "email"),
        ({"name": "x" * 257}, "name"),
        ({"phone": "0" * 21}, "phone"),
        ({"payment_method": "pm_card_visa"}, "payment_method"),
        ({"source": "tok_visa"}, "source"),
        ({"test_clock": "clock_1"}, "test_clock"),
    ],
)
def test_what_cannot_be_is_refused(
    fields: dict[str, Any], param: str, client: stripe.StripeClient
) -> None:
    params: Any = fields

    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.create(params)

    assert (caught.value.http_status, caught.value.param) == (400, param)
    assert client.v1.customers.list().data == []


def test_a_deleted_customer_is_nobodys_customer_any_more(client: stripe.StripeClient) -> None:
    gone = client.v1.customers.create().id
    charge = paid_charge(client)
    client.v1.customers.delete(gone)
    uses: list[tuple[int, Callable[[], object]]] = [
        (400, lambda: client.v1.charges.update(charge.id, {"customer": gone})),
        (
            400,
            lambda: client.v1.payment_intents.create(
                {"amount": 5000, "currency": "gbp", "customer": gone}
            ),
        ),
        (404, lambda: client.v1.customers.update(gone, {"name": "Alice"})),
        (404, lambda: client.v1.customers.delete(gone)),
    ]
    for status, use in uses:
        with pytest.raises(stripe.InvalidRequestError, match="No such customer") as caught:
            use()
        assert (caught.value.http_status, caught.value.code) == (status, "resource_missing")
