"""Errors have Stripe's shape and become the SDK's exceptions; a crash shows nothing."""

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.faults import Fault
from fake_stripe.in_process import InProcessClient
from tests.fake_stripe.conftest import Inbox
from tests.fake_stripe.payments import RETURN_URL, pay

INTENTS = "/v1/payment_intents"


def _authorised(offline: OfflineStripe, value: str | None) -> tuple[int, dict[str, object]]:
    headers = {"authorization": value} if value else {}
    response = offline.handle(Request("GET", INTENTS, headers=headers))
    return response.status, json.loads(response.body).get("error", {})


def test_keys_are_taken_as_basic_and_as_bearer(offline: OfflineStripe) -> None:
    basic = base64.b64encode(b"sk_test_clinic:").decode()

    assert _authorised(offline, f"Basic {basic}")[0] == 200
    assert _authorised(offline, "Bearer sk_test_clinic")[0] == 200


def test_a_restricted_key_belongs_to_the_account_of_the_secret_key(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    intent = pay(client)
    restricted = stripe.StripeClient("rk_test_clinic", http_client=InProcessClient(offline))

    assert restricted.v1.payment_intents.retrieve(intent.id).id == intent.id
    assert restricted.v1.refunds.create({"payment_intent": intent.id}).status == "succeeded"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "Bearer sk_live_clinic",
        "Bearer rk_live_clinic",
        "Bearer rk_test_",
        "Bearer ",
        "Basic !",
        "Basic c2tfdGVzdA==",
        "sk_test_clinic",
    ],
)
def test_other_keys_are_not(value: str | None, offline: OfflineStripe) -> None:
    status, error = _authorised(offline, value)

    assert (status, error["type"]) == (401, "invalid_request_error")


def test_a_refused_key_is_not_shown_in_full(offline: OfflineStripe) -> None:
    _, error = _authorised(offline, "Bearer sk_live_abcdefghijklmnop")

    assert error["message"] == "Invalid API Key provided: sk_live_************mnop"


def test_absent_keys_are_left_out_of_errors(offline: OfflineStripe) -> None:
    _, error = _authorised(offline, None)

    assert None not in error.values()
    assert "code" not in error


def test_an_unknown_path_is_an_unrecognised_url(offline: OfflineStripe) -> None:
    response = offline.handle(
        Request("GET", "/v1/wishes", headers={"authorization": "Bearer sk_test_clinic"})
    )

    assert response.status == 404
    assert "Unrecognized request URL (GET: /v1/wishes)" in response.body.decode()


@pytest.mark.parametrize("path", ["/v1/payment_intents/", "/v1/customers/", "/v1/refunds//cancel"])
def test_an_id_that_was_lost_does_not_become_a_list(path: str, offline: OfflineStripe) -> None:
    response = offline.handle(
        Request("GET", path, headers={"authorization": "Bearer sk_test_clinic"})
    )

    assert response.status == 404
    assert "valid (non-empty) identifier" in response.body.decode()


def test_searching_is_not_here_and_no_missing_object(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="not supported by this offline Stripe"):
        client.v1.payment_intents.search({"query": "status:'succeeded'"})


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_is_no_form_is_refused(content_type: str, offline: OfflineStripe) -> None:
    headers = {"authorization": "Bearer sk_test_clinic", "content-type": content_type}
    response = offline.handle(Request("POST", INTENTS, headers=headers, body=b'{"amount": 5000}'))

    assert response.status == 400
    assert (
        "check that your POST content type is application/x-www-form-urlencoded"
        in response.body.decode()
    )


def test_a_connected_account_is_refused_and_not_mistaken_for_ones_own(
    client: stripe.StripeClient,
) -> None:
    with pytest.raises(stripe.PermissionError) as caught:
        client.v1.customers.create(options={"stripe_account": "acct_1"})

    assert caught.value.error is not None
    assert caught.value.error.code == "account_invalid"
    assert client.v1.customers.list().data == []


def test_what_is_missing_and_what_is_bobs_look_the_same(
    client: stripe.StripeClient, outsider: stripe.StripeClient
) -> None:
    theirs = pay(outsider).id
    messages = []
    for identifier in (theirs, "pi_none"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.v1.payment_intents.retrieve(identifier)
        assert (caught.value.http_status, caught.value.code, caught.value.param) == (
            404,
            "resource_missing",
            "intent",
        )
        messages.append(str(caught.value.user_message).replace(identifier, ""))

    assert messages[0] == messages[1]


OTHER_VERSIONS = ["2020-08-27", "2025-03-31.basil", "2027-03-31.flower"]


def _of_version(offline: OfflineStripe, version: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_clinic", http_client=InProcessClient(offline), stripe_version=version
    )


@pytest.mark.parametrize("version", OTHER_VERSIONS)
def test_another_api_version_is_answered_in_the_one_spoken_here(version: str) -> None:
    lenient = OfflineStripe()
    other = _of_version(lenient, version)

    created = other.v1.payment_intents.create({"amount": 5000, "currency": "gbp"})

    ours = _of_version(lenient, "2026-10-28.endive")
    assert ours.v1.payment_intents.retrieve(created.id).to_dict() == created.to_dict()
    assert other.v1.events.list().data[0].api_version == "2026-10-28.endive"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        other.v1.payment_intents.update(created.id, _older_parameter())
    assert caught.value.code == "payment_method_types_no_longer_supported"
    asked_for = {entry.version for entry in lenient.accounts.of("clinic").received}
    assert asked_for == {version, "2026-10-28.endive"}


def _older_parameter() -> stripe.params.PaymentIntentUpdateParams:
    """What versions before endive took."""
    return {"payment_method_types": ["card"]}  # type: ignore[typeddict-unknown-key]


@pytest.mark.parametrize("version", OTHER_VERSIONS)
def test_strictly_another_api_version_is_refused(version: str, offline: OfflineStripe) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        _of_version(offline, version).v1.customers.create()


@pytest.mark.parametrize(
    "version", ["", "new", "2026-10", "2026-10-28.ENDIVE", "2026-10-28.endive "]
)
def test_what_is_no_version_is_refused(version: str) -> None:
    headers = {"authorization": "Bearer sk_test_clinic", "stripe-version": version}

    response = OfflineStripe().handle(Request("GET", "/v1/customers", headers=headers))

    assert response.status == 400
    assert b"Invalid Stripe API version" in response.body


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        ("429", stripe.RateLimitError, 429),
        ("500", stripe.APIError, 500),
        ("timeout", stripe.APIConnectionError, None),
        ("unreachable", stripe.APIConnectionError, None),
    ],
)
def test_injected_faults_become_the_sdks_exceptions(
    kind: str,
    error: type[stripe.StripeError],
    status: int | None,
    client: stripe.StripeClient,
    offline: OfflineStripe,
) -> None:
    offline.faults.add(Fault(kind, match="POST /v1/customers"))

    client.v1.customers.list()
    with pytest.raises(error) as caught:
        client.v1.customers.create(options={"max_network_retries": 0})
    assert caught.value.http_status == status

    assert client.v1.customers.list().data == []
    client.v1.customers.create()


@pytest.mark.parametrize("kind", ["500", "timeout"])
def test_a_fault_after_the_work_loses_the_answer_only(
    kind: str, client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    offline.faults.add(Fault(kind, executed=True))

    with pytest.raises(stripe.StripeError):
        client.v1.customers.create(options={"max_network_retries": 0})

    assert len(client.v1.customers.list().data) == 1


def test_a_crash_is_stripes_500_and_leaves_nothing_half_done(
    client: stripe.StripeClient,
    offline: OfflineStripe,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("fake_stripe.rules.payments.succeed", broken)
    with pytest.raises(stripe.APIError) as caught:
        pay(client)

    assert caught.value.http_status == 500
    assert "secret detail" not in str(caught.value.http_body)
    assert "secret detail" in caplog.text
    assert client.v1.payment_intents.list().data == []
    assert client.v1.events.list().data == []


def test_the_sdk_retries_what_may_be_retried(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    offline.faults.add(Fault("unreachable", count=2))

    client.v1.customers.create(options={"max_network_retries": 2})

    assert len(client.v1.customers.list().data) == 1


def test_the_sdk_works_and_retries_without_blocking_too(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    offline.faults.add(Fault("unreachable", count=2))

    made = client.v1.customers.create_async({"name": "Alice"}, {"max_network_retries": 2})
    # In a thread of its own: Playwright's loop may be running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, made).result()

    assert [customer.name for customer in client.v1.customers.list().data] == ["Alice"]


def test_every_answer_names_its_request_and_version(offline: OfflineStripe) -> None:
    headers = {"authorization": "Bearer sk_test_clinic", "idempotency-key": "k"}
    response = offline.handle(Request("POST", "/v1/customers", headers=headers))

    assert response.headers["request-id"].startswith("req_")
    assert response.headers["stripe-version"] == "2026-10-28.endive"
    assert response.headers["idempotency-key"] == "k"


def test_a_decline_says_where_to_read_more(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.create(
            {
                "amount": 5000,
                "currency": "gbp",
                "confirm": True,
                "payment_method": "pm_card_chargeDeclined",
                "return_url": RETURN_URL,
            }
        )

    body = caught.value.json_body
    assert isinstance(body, dict)
    error = body["error"]
    assert error["doc_url"] == "https://docs.stripe.com/error-codes/card-declined"
    assert error["request_log_url"].startswith("https://dashboard.stripe.com/test/")


def test_a_task_that_crashes_holds_up_nothing(
    client: stripe.StripeClient,
    offline: OfflineStripe,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pay(client)
    with monkeypatch.context() as patch:
        patch.setattr("fake_stripe.rules.balance.for_charge", lambda *_: 1 / 0)
        offline.run_due()
    assert inbox.types[-1] == "payment_intent.succeeded"

    offline.advance(60)
    offline.run_due()

    assert inbox.types[-1] == "charge.updated"


def test_a_task_that_always_crashes_does_so_once_in_a_leap_of_the_clock(
    client: stripe.StripeClient,
    offline: OfflineStripe,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pay(client)
    monkeypatch.setattr("fake_stripe.rules.balance.for_charge", lambda *_: 1 / 0)

    offline.advance(86400)

    assert caplog.text.count("a task crashed") == 1


def test_leaps_of_the_clock_at_the_same_time_add_up(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    for _ in range(5):
        pay(client)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(offline.advance, [86400] * 4))

    assert offline.clock.offset == 4 * 86400


def test_what_is_due_is_done_once_however_many_do_it(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    def pay_and_settle(_: int) -> None:
        pay(client)
        offline.run_tasks()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(pay_and_settle, range(100)))

    transactions = list(
        client.v1.balance_transactions.list({"type": "charge", "limit": 100}).auto_paging_iter()
    )
    assert len({transaction.source for transaction in transactions}) == len(transactions) == 100


def test_putting_off_a_task_spares_another_that_has_its_number_by_now(
    client: stripe.StripeClient, offline: OfflineStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    def replaced(*_: object) -> None:
        with offline.store.transaction():
            offline.store.connection.execute(
                "UPDATE tasks SET name = 'trace_refund', due_at = due_at + 3600"
            )

    pay(client)
    (before,) = offline.store.rows("SELECT due_at FROM tasks")
    monkeypatch.setattr("fake_stripe.core.tasks.run", broken)
    monkeypatch.setattr("fake_stripe.core.engine.log.exception", replaced)

    offline.run_tasks()

    (after,) = offline.store.rows("SELECT due_at FROM tasks")
    assert after["due_at"] == before["due_at"] + 3600
