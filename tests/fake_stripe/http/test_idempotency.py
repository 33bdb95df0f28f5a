"""A key's first answer is its only answer."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe, Request, Response
from fake_stripe.faults import Fault
from tests.fake_stripe.payments import pay

DAY = 86400


def _create(
    offline: OfflineStripe, key: str, amount: int | str = 5000, suffix: str = "clinic"
) -> Response:
    headers = {"authorization": f"Bearer sk_test_{suffix}", "idempotency-key": key}
    body = f"amount={amount}&currency=gbp".encode()
    return offline.handle(Request("POST", "/v1/payment_intents", headers=headers, body=body))


def _count(client: stripe.StripeClient) -> int:
    return len(client.v1.payment_intents.list().data)


def test_the_same_request_is_answered_the_same_and_done_once(
    offline: OfflineStripe, client: stripe.StripeClient
) -> None:
    first, second = _create(offline, "k"), _create(offline, "k")

    assert (second.status, second.body) == (first.status, first.body)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["request-id"] != first.headers["request-id"]
    assert (
        second.headers["original-request"]
        == first.headers["original-request"]
        == first.headers["request-id"]
    )
    assert _count(client) == 1


def test_the_first_answer_is_repeated_even_after_the_object_moved_on(
    client: stripe.StripeClient,
) -> None:
    create: Callable[[], stripe.PaymentIntent] = lambda: client.v1.payment_intents.create(  # noqa: E731
        {"amount": 5000, "currency": "gbp"}, {"idempotency_key": "k"}
    )
    intent = create()
    client.v1.payment_intents.cancel(intent.id)

    assert create().status == "requires_payment_method"
    assert client.v1.payment_intents.retrieve(intent.id).status == "canceled"


def test_the_same_key_with_another_request_is_refused(client: stripe.StripeClient) -> None:
    client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"}, {"idempotency_key": "k"})

    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.payment_intents.create(
            {"amount": 6000, "currency": "gbp"}, {"idempotency_key": "k"}
        )

    assert caught.value.http_status == 400


def test_a_decline_is_repeated_too(client: stripe.StripeClient) -> None:
    params: Any = {
        "amount": 5000,
        "currency": "gbp",
        "confirm": True,
        "payment_method": "pm_card_chargeDeclined",
        "return_url": "https://clinic.test/",
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(params, {"idempotency_key": "k"})

    assert len(client.v1.charges.list().data) == 1


def test_a_server_error_is_repeated_too(
    offline: OfflineStripe, client: stripe.StripeClient
) -> None:
    offline.faults.add(Fault("500"))

    assert [_create(offline, "k").status, _create(offline, "k").status] == [500, 500]
    assert _count(client) == 0


@pytest.mark.parametrize("amount", [5000, "many"], ids=["answered before", "refused"])
def test_a_fault_hits_what_finds_nothing_to_do_too(
    amount: int | str, offline: OfflineStripe
) -> None:
    slept: list[float] = []
    offline.faults.sleep = slept.append
    first = _create(offline, "k", amount)
    offline.faults.add(Fault("500"))
    offline.faults.add(Fault("slow", seconds=7))

    assert _create(offline, "k", amount).status == 500
    assert (_create(offline, "k", amount).status, slept) == (first.status, [7])


def test_a_request_that_was_refused_at_the_door_leaves_its_key_free(offline: OfflineStripe) -> None:
    assert _create(offline, "k", amount="many").status == 400
    offline.faults.add(Fault("429"))
    assert _create(offline, "k").status == 429

    assert _create(offline, "k").status == 200


def test_keys_of_two_accounts_do_not_meet(offline: OfflineStripe) -> None:
    assert _create(offline, "k").body != _create(offline, "k", suffix="bob").body


def test_a_key_is_forgotten_after_a_day(
    offline: OfflineStripe, client: stripe.StripeClient
) -> None:
    _create(offline, "k")
    offline.advance(DAY + 1)

    assert "idempotent-replayed" not in _create(offline, "k").headers
    assert _count(client) == 2


def test_two_at_once_do_the_work_once(offline: OfflineStripe, client: stripe.StripeClient) -> None:
    working, go_on = threading.Event(), threading.Event()

    def slowly(_: float) -> None:
        working.set()
        go_on.wait(10)

    offline.faults.sleep = slowly
    offline.faults.add(Fault("slow"))
    first = threading.Thread(target=_create, args=(offline, "k"))
    first.start()
    working.wait(10)

    meanwhile = _create(offline, "k")
    go_on.set()
    first.join(10)

    assert meanwhile.status == 409
    assert b"idempotency_key_in_use" in meanwhile.body
    assert _count(client) == 1


def test_a_lost_answer_is_found_again_with_the_key(
    offline: OfflineStripe, client: stripe.StripeClient
) -> None:
    offline.faults.add(Fault("timeout", executed=True))
    options: Any = {"idempotency_key": "k", "max_network_retries": 1}

    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "gbp"}, options)

    assert [intent.id] == [listed.id for listed in client.v1.payment_intents.list().data]


def test_without_a_key_every_request_counts(client: stripe.StripeClient) -> None:
    pay(client)
    pay(client)

    assert _count(client) == 2
