"""Webhook endpoints: where Stripe sends events, which ones, and in which API version."""

from dataclasses import dataclass
from typing import Literal, get_args

import stripe
from stripe.params import WebhookEndpointCreateParams

from portal.stripe_api.errors import our_errors
from portal.stripe_api.version import API_VERSION

# Every event that the portal acts on: https://docs.stripe.com/api/events/types. A name for several
# of them (`payment_intent.*`) is not a value of Stripe's API.
NeededEvent = Literal[
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.canceled",
    "charge.succeeded",
    "charge.failed",
    "charge.pending",
    "charge.updated",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
    "review.opened",
    "review.closed",
    "payout.created",
    "payout.updated",
    "payout.paid",
    "payout.failed",
    "payout.canceled",
    "payout.reconciliation_completed",
]
NEEDED_EVENTS: tuple[NeededEvent, ...] = get_args(NeededEvent)


@dataclass(frozen=True)
class SeenWebhookEndpoint:
    """An endpoint as fetched. `api_version` None: the account's default.

    Stripe tells the signing `secret` only in the answer that makes the endpoint.
    """

    stripe_id: str
    url: str
    events: frozenset[str]
    api_version: str | None
    is_enabled: bool
    secret: str | None


class WebhookEndpoints:
    """The webhook endpoints of one account, in the mode of the key."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1.webhook_endpoints

    def list_all(self) -> list[SeenWebhookEndpoint]:
        """Every endpoint, disabled ones too. Raises StripeUnavailable, StripeRefused."""
        with our_errors():
            return [_read(one) for one in self._api.list({"limit": 100}).auto_paging_iter()]

    def create(self, url: str) -> SeenWebhookEndpoint:
        """An endpoint at `url` for the needed events in our API version, with its secret.

        Raises StripeUnavailable, StripeRefused.
        """
        params: WebhookEndpointCreateParams = {
            "url": url,
            "enabled_events": list(NEEDED_EVENTS),
            "api_version": API_VERSION,
        }
        with our_errors():
            return _read(self._api.create(params))


def _read(endpoint: stripe.WebhookEndpoint) -> SeenWebhookEndpoint:
    return SeenWebhookEndpoint(
        stripe_id=endpoint.id,
        url=endpoint.url,
        events=frozenset(endpoint.enabled_events),
        api_version=endpoint.api_version,
        is_enabled=endpoint.status == "enabled",
        secret=getattr(endpoint, "secret", None),
    )
