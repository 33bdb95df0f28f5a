"""Events: signed, sent after the change, retried, and interfered with when told to."""

import time
from collections.abc import Mapping

import pytest
import stripe

from fake_stripe.control.deliveries import resend
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.runtime import queue
from fake_stripe.runtime.settings import DeliveryRule
from tests.fake_stripe.conftest import START, Inbox
from tests.fake_stripe.payments import pay

DAY = 86400
PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]


def test_an_event_is_what_the_api_says_it_is(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp"}, {"idempotency_key": "k"}
    )
    offline.run_due()

    sent = inbox.events[0].to_dict()
    asked = client.v1.events.retrieve(sent["id"]).to_dict()
    assert (sent["pending_webhooks"], asked["pending_webhooks"]) == (1, 0)
    assert {**sent, "pending_webhooks": 0} == asked
    assert asked["request"]["idempotency_key"] == "k"
    assert asked["data"]["object"] == client.v1.payment_intents.retrieve(intent.id).to_dict()
    assert asked["api_version"] == "2026-10-28.endive"


def test_what_is_refused_sends_nothing(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(
            {"amount": 5000, "currency": "gbp", "confirm": True, "payment_method": "pm_unknown"}
        )
    offline.run_due()

    assert inbox.events == []


def test_an_endpoint_that_fails_is_tried_again_for_three_days(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    inbox.status = 500
    client.v1.customers.create()
    offline.run_due()
    assert (offline.run_due(), len(inbox.events)) == (0, 1)

    pauses = []
    while rows := offline.store.rows("SELECT due_at FROM deliveries WHERE state = 'pending'"):
        pauses.append(rows[0]["due_at"] - offline.clock.now())
        offline.clock.advance_to(rows[0]["due_at"])
        offline.run_due()

    assert pauses == sorted(pauses)
    assert pauses[:3] == [10, 40, 160]
    assert offline.clock.now() - START <= 3 * DAY
    assert queue.listing(offline.store)[0]["state"] == "failed"


def test_an_event_that_a_leap_of_the_clock_made_is_tried_more_than_once(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    inbox.status = 500
    client.v1.customers.create()
    offline.advance(30 * DAY)

    offline.run_due()
    inbox.status = 200
    offline.advance(10)
    offline.run_due()

    assert _states(offline) == ["delivered"]


def test_an_event_given_up_and_sent_again_by_hand_is_tried_for_three_days_more(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    inbox.status = 500
    client.v1.customers.create()
    offline.run_due()
    offline.advance(4 * DAY)
    offline.run_due()
    assert _states(offline) == ["failed"]

    offline.advance(DAY)
    resend(offline, Values({"event": inbox.events[0].id}))
    offline.run_due()

    (row,) = offline.store.rows("SELECT * FROM deliveries")
    assert (row["state"], row["due_at"]) == ("pending", offline.clock.now() + 10)


def test_an_endpoint_that_is_disabled_or_deleted_is_not_tried_again(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    offline.sender = lambda *_: 500
    made = [_endpoint(client, name) for name in ("disabled", "deleted", "disabled for a moment")]
    client.v1.customers.create()
    offline.run_due()
    assert client.v1.events.list().data[0].pending_webhooks == 3

    client.v1.webhook_endpoints.update(made[0], {"disabled": True})
    client.v1.webhook_endpoints.delete(made[1])
    client.v1.webhook_endpoints.update(made[2], {"disabled": True})
    client.v1.webhook_endpoints.update(made[2], {"disabled": False})
    offline.advance(10)
    offline.run_due()

    assert _states(offline) == ["failed", "failed", "pending"]
    assert client.v1.events.list().data[0].pending_webhooks == 1


def _states(offline: OfflineStripe) -> list[str]:
    return [delivery["state"] for delivery in queue.listing(offline.store)]


def _endpoint(client: stripe.StripeClient, name: str) -> str:
    url = f"https://clinic.test/{name.replace(' ', '-')}"
    return client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]}).id


def test_an_endpoint_that_recovers_gets_its_event(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    inbox.status = 503
    client.v1.customers.create()
    offline.run_due()
    inbox.status = 204
    offline.advance(10)
    offline.run_due()

    attempts = queue.listing(offline.store)[0]["attempts"]
    assert [attempt["status"] for attempt in attempts] == [503, 204]
    assert client.v1.events.list().data[0].pending_webhooks == 0


def test_signatures_use_real_time_whatever_the_clock_says() -> None:
    inbox, signed = Inbox(), []

    def sender(url: str, headers: Mapping[str, str], body: bytes) -> int:
        signed.append(int(headers["Stripe-Signature"].partition(",")[0].removeprefix("t=")))
        return inbox(url, headers, body)

    then = time.time()
    offline = OfflineStripe("http://clinic.test/", "whsec_clinic", sender=sender)
    offline.advance(30 * DAY)
    with offline.store.transaction():
        session = offline.session("clinic")
        session.emit("customer.created", session.new("customer"))

    offline.run_due()

    assert inbox.types == ["customer.created"]
    assert inbox.events[0].created >= int(then + 30 * DAY)
    assert signed == [pytest.approx(then, abs=60)]
    offline.close()


def test_events_are_dropped_when_told_to(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    offline.accounts.default.rules.append(DeliveryRule("drop", types="payment_intent.*", count=1))
    pay(client)
    offline.run_due()

    assert inbox.types == PAID[1:]


def test_events_are_repeated_when_told_to(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    offline.accounts.default.rules.append(DeliveryRule("duplicate", types="charge.succeeded"))
    pay(client)
    offline.run_due()

    twice = [event.id for event in inbox.events if event.type == "charge.succeeded"]
    assert len(twice) == 2
    assert twice[0] == twice[1]


def test_events_are_delayed_when_told_to(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    offline.accounts.default.rules.append(
        DeliveryRule("delay", types="payment_intent.succeeded", seconds=30)
    )
    pay(client)
    offline.run_due()
    assert "payment_intent.succeeded" not in inbox.types

    offline.advance(30)
    offline.run_due()
    assert inbox.types[-1] == "payment_intent.succeeded"


def test_events_arrive_last_first_when_told_to(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    offline.accounts.default.rules.append(DeliveryRule("reorder", count=len(PAID)))
    pay(client)
    offline.run_due()

    assert inbox.types == PAID[::-1]


def test_an_endpoint_made_through_the_api_gets_only_what_it_asked_for(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "https://clinic.test/hooks", "enabled_events": ["payment_intent.succeeded"]}
    )
    assert endpoint.secret is not None
    seen: list[str] = []

    def sender(url: str, headers: Mapping[str, str], body: bytes) -> int:
        event = stripe.Webhook.construct_event(
            body, headers["Stripe-Signature"], str(endpoint.secret)
        )
        seen.append(f"{url} {event.type}")
        return 200

    offline.sender = sender
    pay(client)
    offline.run_due()

    assert seen == ["https://clinic.test/hooks payment_intent.succeeded"]
    assert inbox.events == []


def test_the_secret_of_an_endpoint_is_shown_once(client: stripe.StripeClient) -> None:
    made = client.v1.webhook_endpoints.create(
        {"url": "https://clinic.test/hooks", "enabled_events": ["*"]}
    )

    assert str(made.secret).startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(made.id).to_dict()


def test_a_disabled_or_deleted_endpoint_gets_nothing(
    client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "https://clinic.test/hooks", "enabled_events": ["*"]}
    )
    client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    client.v1.customers.create()
    client.v1.webhook_endpoints.delete(endpoint.id)
    client.v1.customers.create()
    offline.run_due()

    assert inbox.events == []
    assert queue.listing(offline.store) == []


def test_bobs_events_go_where_bob_says(
    client: stripe.StripeClient, outsider: stripe.StripeClient, offline: OfflineStripe
) -> None:
    outsider.v1.webhook_endpoints.create({"url": "https://bob.test/hooks", "enabled_events": ["*"]})
    urls: list[str] = []

    def sender(url: str, headers: Mapping[str, str], body: bytes) -> int:
        urls.append(url)
        return 200

    offline.sender = sender
    client.v1.customers.create()
    outsider.v1.customers.create()
    offline.run_due()

    assert sorted(urls) == ["http://clinic.test/webhooks", "https://bob.test/hooks"]


@pytest.mark.parametrize(
    "url", ["http://[", "https://clinic.test:99999/", "https://clinic test/", "ftp://clinic.test/"]
)
def test_an_endpoint_needs_an_address(url: str, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})

    assert (caught.value.http_status, caught.value.code, caught.value.param) == (
        400,
        "url_invalid",
        "url",
    )
