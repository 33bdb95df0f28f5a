"""What reaches /webhooks/stripe: stored if it is Stripe's, refused with nothing written if not."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.context import Portal
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.stripe_api.client import StripeApi
from portal.stripe_sync.models import StripeEvent
from portal.worker import drain
from tests.support.bills import Owed, latest
from tests.support.client import PortalClient
from tests.support.offline_stripe import WEBHOOK_SECRET, StripeHere
from tests.support.people import Person

WEBHOOK = "/webhooks/stripe"


def signed(body: bytes, at: float | None = None, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
    moment = time.time() if at is None else at
    stamp = int(moment)
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={digest}"}


def event(
    event_id: str = "evt_1", intent: str = "pi_1", kind: str = "payment_intent.succeeded"
) -> bytes:
    about = {"id": intent, "object": "payment_intent"}
    return json.dumps(
        {"id": event_id, "object": "event", "type": kind, "data": {"object": about}}
    ).encode()


def stored(portal: Portal) -> int:
    with portal.db.read() as session:
        return session.scalar(select(func.count(StripeEvent.id))) or 0


def test_a_genuine_event_is_stored_before_stripe_is_answered(
    portal: Portal, client: PortalClient
) -> None:
    body = event()
    assert client.post(WEBHOOK, data=body, headers=signed(body)).status_code == 200
    assert stored(portal) == 1


def test_the_same_event_twice_is_stored_once(portal: Portal, client: PortalClient) -> None:
    body = event()
    for _ in range(2):
        assert client.post(WEBHOOK, data=body, headers=signed(body)).status_code == 200
    assert stored(portal) == 1


GENUINE = event()
NOT_STRIPES = {
    "no signature": (GENUINE, {}),
    "wrong secret": (GENUINE, signed(GENUINE, secret="whsec_of_another")),
    "too old": (GENUINE, signed(GENUINE, at=0)),
    "another body": (event("evt_2"), signed(GENUINE)),
    "no timestamp": (GENUINE, {"Stripe-Signature": "v1=00"}),
    "non-ASCII signature": (GENUINE, {"Stripe-Signature": "t=1,v1=é"}),
    "list": (b"[]", signed(b"[]")),
    "null": (b"null", signed(b"null")),
    "number": (b"1", signed(b"1")),
    "not JSON": (b"{", signed(b"{")),
    "not text": (b"\xff", signed(b"\xff")),
    "deep": (b"[" * 100_000, signed(b"[" * 100_000)),
    "no object": (b'{"object":"event","id":"evt_1"}', signed(b'{"object":"event","id":"evt_1"}')),
    "not an event": (
        b'{"object":"charge","id":"ch_1"}',
        signed(b'{"object":"charge","id":"ch_1"}'),
    ),
    "no event's id": (event("pi_1"), signed(event("pi_1"))),
    "long id": (event("e" * 500), signed(event("e" * 500))),
}


@pytest.mark.parametrize("name", NOT_STRIPES)
def test_what_is_not_genuinely_stripes_is_400_and_writes_nothing(
    portal: Portal, client: PortalClient, name: str
) -> None:
    body, headers = NOT_STRIPES[name]
    assert client.post(WEBHOOK, data=body, headers=headers).status_code == 400
    assert stored(portal) == 0


def test_a_timestamp_a_year_ahead_is_refused(portal: Portal, client: PortalClient) -> None:
    body = event()
    headers = signed(body, at=time.time() + 365 * 86400)
    assert client.post(WEBHOOK, data=body, headers=headers).status_code == 400
    assert stored(portal) == 0


@pytest.mark.parametrize("more", [",t=1", ",t=" + "9" * 5000])
def test_a_second_timestamp_is_refused(portal: Portal, client: PortalClient, more: str) -> None:
    body = event()
    headers = {name: value + more for name, value in signed(body).items()}
    assert client.post(WEBHOOK, data=body, headers=headers).status_code == 400
    assert stored(portal) == 0


def test_an_event_of_somebody_elses_payment_is_put_aside(
    portal: Portal, client: PortalClient, run_jobs: Callable[[], int]
) -> None:
    body = event(intent="pi_of_another_shop")
    client.post(WEBHOOK, data=body, headers=signed(body))
    run_jobs()
    with portal.db.read() as session:
        assert session.scalars(select(StripeEvent.outcome)).all() == ["foreign"]


NO_IDS = ["../../v1/refunds", "pi_1/cancel", "re_1", "search", "", 7, ["pi_1"], {"id": "pi_1"}]


@pytest.mark.parametrize("value", NO_IDS)
@pytest.mark.parametrize("place", ["id", "payment_intent"])
def test_an_event_about_what_is_no_id_is_put_aside_and_stripe_is_asked_nothing(
    value: object,
    place: str,
    portal: Portal,
    client: PortalClient,
    stripe: StripeHere,
    run_jobs: Callable[[], int],
) -> None:
    kind = "charge" if place == "payment_intent" else "payment_intent"
    about = {"id": "ch_1", "object": kind, place: value}
    body = json.dumps(
        {"id": "evt_1", "object": "event", "type": "charge.updated", "data": {"object": about}}
    ).encode()
    assert client.post(WEBHOOK, data=body, headers=signed(body)).status_code == 200
    assert run_jobs() == 1
    assert run_jobs() == 0
    with portal.db.read() as session:
        stored_event = session.scalars(select(StripeEvent)).one()
    assert (stored_event.outcome, stored_event.due_at) == ("foreign", None)
    assert list(stripe.server.accounts.default.received) == []


def test_an_event_is_kept_while_stripe_does_not_take_our_key(
    portal: Portal, client: PortalClient, stripe: StripeHere
) -> None:
    body = event()
    client.post(WEBHOOK, data=body, headers=signed(body))
    revoked = portal.settings.model_copy(update={"stripe_secret_key": "sk_revoked"})
    drain(replace(portal, stripe=StripeApi(revoked, http_client=stripe.http_client)))
    with portal.db.read() as session:
        waiting = session.scalars(select(StripeEvent)).one()
    assert (waiting.outcome, waiting.attempts) == (None, 1)
    assert waiting.due_at is not None
    assert "AuthenticationError" in (waiting.last_error or "")


def test_webhooks_alone_settle_a_payment(
    portal: Portal,
    client: PortalClient,
    alice: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    stripe: StripeHere,
    run_jobs: Callable[[], int],
) -> None:
    bill = request_bill(alice)
    pay(bill)
    assert latest(portal, bill).state == PaymentState.OPEN
    assert stripe.deliver() > 0
    run_jobs()
    assert latest(portal, bill).state == PaymentState.PAID


def test_a_signature_header_with_control_of_nothing_is_no_500(
    portal: Portal, client: PortalClient
) -> None:
    for header in ("", "t=", "t=,v1=", "t=x,v1=y", "," * 5000, "v1=" + "a" * 10_000):
        assert (
            client.post(WEBHOOK, data=event(), headers={"Stripe-Signature": header}).status_code
            == 400
        )
