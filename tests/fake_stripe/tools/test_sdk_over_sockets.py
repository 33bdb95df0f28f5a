"""The SDK over sockets: what waiting, cutting and repeating look like to it."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from urllib.request import Request, urlopen

import pytest
import requests
import stripe

from tests.fake_stripe.tools.conftest import KEY

AMOUNT: stripe.params.PaymentIntentCreateParams = {"amount": 5000, "currency": "gbp"}


@pytest.fixture
def account(offline_address: str) -> stripe.StripeClient:
    return _client(offline_address, timeout=20)


def _client(address: str, timeout: float) -> stripe.StripeClient:
    transport = stripe.RequestsClient(timeout=timeout)
    return stripe.StripeClient(
        KEY, base_addresses={"api": address}, http_client=transport, max_network_retries=0
    )


def _spoil(address: str, **fault: object) -> None:
    body = json.dumps({"match": "POST /v1/payment_intents", "count": 1, **fault}).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"{address}/_control/faults", body, headers), timeout=10) as answer:  # noqa: S310 - our own
        assert answer.status == 200


def test_a_large_file_goes_up_and_comes_down_again(offline_address: str) -> None:
    client = stripe.StripeClient(
        KEY,
        base_addresses={"api": offline_address, "files": offline_address},
        max_network_retries=0,
    )
    content = b"%PDF-1.7\r\n" + bytes(range(256)) * 19_000

    file = client.v1.files.create({"purpose": "dispute_evidence", "file": BytesIO(content)})

    down = requests.get(str(file.url), auth=(KEY, ""), timeout=10)
    assert (down.content, down.headers["content-type"]) == (content, "application/pdf")
    assert requests.get(str(file.url), timeout=10).status_code == 401


@pytest.mark.parametrize(("kind", "seconds"), [("slow", 2), ("timeout", 2), ("unreachable", 0)])
def test_an_answer_that_does_not_come_is_a_connection_error(
    kind: str, seconds: float, offline_address: str
) -> None:
    _spoil(offline_address, kind=kind, seconds=seconds)

    with pytest.raises(stripe.APIConnectionError):
        _client(offline_address, timeout=0.3).v1.payment_intents.create(AMOUNT)


def test_an_answer_that_was_lost_is_had_again_with_its_key(
    offline_address: str, account: stripe.StripeClient
) -> None:
    _spoil(offline_address, kind="unreachable", executed=True)
    newest_before = account.v1.payment_intents.list({"limit": 1}).data[:1]

    with pytest.raises(stripe.APIConnectionError):
        account.v1.payment_intents.create(AMOUNT, {"idempotency_key": "lost"})
    (made,) = account.v1.payment_intents.list({"limit": 1}).data
    again = account.v1.payment_intents.create(AMOUNT, {"idempotency_key": "lost"})

    assert [made.id] != [intent.id for intent in newest_before]
    assert again.id == made.id
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_at_the_same_time_makes_one(account: stripe.StripeClient) -> None:
    """Whoever comes meanwhile is told 409 and may come again.

    The SDK calls a 409 an APIError.
    """

    def create(_: int) -> tuple[str, int | None]:
        try:
            return account.v1.payment_intents.create(AMOUNT, {"idempotency_key": "twice"}).id, 200
        except stripe.APIError as error:
            return "", error.http_status

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(create, range(16)))

    assert len([made for made, status in answers if status == 200]) == 1
    assert answers - {("", 409)} == {(made, status) for made, status in answers if made}


def test_a_rate_limit_and_a_crash_are_what_the_sdk_calls_them(
    offline_address: str, account: stripe.StripeClient
) -> None:
    expected: list[tuple[str, type[stripe.StripeError]]] = [
        ("429", stripe.RateLimitError),
        ("500", stripe.APIError),
    ]
    for kind, error in expected:
        _spoil(offline_address, kind=kind)
        with pytest.raises(error) as caught:
            account.v1.payment_intents.create(AMOUNT)
        assert caught.value.http_status == int(kind)
        assert str(caught.value.request_id).startswith("req_")
