"""The webhook endpoint at Stripe: making it, and how it differs from what the portal needs."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from portal import links
from portal.context import Portal
from portal.settings import Settings
from portal.stripe_api.version import API_VERSION
from portal.stripe_api.webhook_endpoints import NEEDED_EVENTS, SeenWebhookEndpoint


class EndpointExists(Exception):
    """Stripe has an endpoint for this address already; no other was made."""

    def __init__(self, stripe_id: str, url: str) -> None:
        super().__init__(f"{stripe_id} {url}")
        self.stripe_id = stripe_id
        self.url = url


@dataclass(frozen=True)
class MadeEndpoint:
    """A new endpoint and its signing secret, which Stripe does not tell again."""

    stripe_id: str
    url: str
    secret: str


def create(portal: Portal) -> MadeEndpoint:
    """Make the endpoint for PUBLIC_BASE_URL at Stripe.

    Raises EndpointExists, StripeUnavailable, StripeRefused.
    """
    url = _needed_url(portal.settings)
    for known in portal.stripe.webhook_endpoints.list_all():
        if known.url == url:
            raise EndpointExists(known.stripe_id, url)
    made = portal.stripe.webhook_endpoints.create(url)
    return MadeEndpoint(made.stripe_id, url, made.secret or "")


def differences(portal: Portal) -> list[str]:
    """A line for each difference between Stripe's endpoints and what is needed; none: all is well.

    Raises StripeUnavailable, StripeRefused.
    """
    return _compare(portal.stripe.webhook_endpoints.list_all(), _needed_url(portal.settings))


def _needed_url(settings: Settings) -> str:
    return links.absolute(settings, links.WEBHOOK_PATH)


def _compare(endpoints: list[SeenWebhookEndpoint], url: str) -> list[str]:
    ours = [one for one in endpoints if one.url == url]
    if not ours:
        return [
            f"no endpoint sends to {url}: run `portal webhook-endpoint create`",
            *_elsewhere(endpoints),
        ]
    found = [line for one in ours for line in _faults(one)]
    if len(ours) > 1:
        names = ", ".join(one.stripe_id for one in ours)
        found.append(f"{names} all send to {url}: delete all but one at Stripe")
    return found


def _elsewhere(endpoints: list[SeenWebhookEndpoint]) -> list[str]:
    """Endpoints that may be meant, with another host, scheme or a slash at the end."""
    return [
        f"{one.stripe_id} sends to {one.url}"
        for one in endpoints
        if urlsplit(one.url).path.rstrip("/") == links.WEBHOOK_PATH
    ]


def _faults(endpoint: SeenWebhookEndpoint) -> list[str]:
    name = endpoint.stripe_id
    found = []
    if not endpoint.is_enabled:
        found.append(f"{name} is disabled: enable it at Stripe")
    if endpoint.api_version != API_VERSION:
        seen = endpoint.api_version or "the account's default"
        found.append(
            f"{name} sends API version {seen}, needed is {API_VERSION}: Stripe cannot change it; "
            "delete the endpoint there and run `portal webhook-endpoint create`"
        )
    return found + _event_faults(endpoint)


def _event_faults(endpoint: SeenWebhookEndpoint) -> list[str]:
    """`*` sends every event; Stripe never mixes it with names."""
    name, needed = endpoint.stripe_id, set(NEEDED_EVENTS)
    if "*" in endpoint.events:
        return [f"{name} sends every event (*): choose only those that are needed"]
    missing = [f"{name} does not send {event}" for event in sorted(needed - endpoint.events)]
    extra = [f"{name} sends {event}, not needed" for event in sorted(endpoint.events - needed)]
    return missing + extra
