"""An offline Stripe of each test's own, in process, with a clock that stands still."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
import stripe

from fake_stripe.clock import Clock
from fake_stripe.core import OfflineStripe
from fake_stripe.in_process import InProcessClient
from tests.fake_stripe.traffic import JudgedOfflineStripe

SECRET = "whsec_clinic"
START = 1_790_000_000


@dataclass
class Inbox:
    """A webhook endpoint: keeps each event that the SDK accepts, and answers `status`."""

    status: int = 200
    events: list[stripe.Event] = field(default_factory=list)
    # Bodies with their signatures, as they came.
    sent: list[tuple[bytes, str]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.sent.append((body, headers["Stripe-Signature"]))
        self.events.append(
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
        )
        return self.status

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def offline(inbox: Inbox) -> Iterator[OfflineStripe]:
    """Whatever passes is judged by Stripe's own description of its API."""
    judged = JudgedOfflineStripe(
        "http://clinic.test/webhooks",
        SECRET,
        clock=Clock(START),
        seed=1,
        sender=inbox,
        strict_version=True,
    )
    yield judged
    assert judged.complaints == []


@pytest.fixture
def client(offline: OfflineStripe) -> stripe.StripeClient:
    """The SDK with the clinic's secret key."""
    return stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(offline))


@pytest.fixture
def outsider(offline: OfflineStripe) -> stripe.StripeClient:
    """The SDK with another account's secret key."""
    return stripe.StripeClient("sk_test_bob", http_client=InProcessClient(offline))
