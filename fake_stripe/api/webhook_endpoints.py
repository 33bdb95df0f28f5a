"""Webhook endpoints. The secret is shown once, when one is made."""

from fake_stripe import API_VERSION
from fake_stripe.deliveries.post import is_address
from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.rules.metadata import merged
from fake_stripe.runtime.session import Session

# By whether it was asked to be disabled.
_STATUSES = {False: "enabled", True: "disabled"}


def create(session: Session, params: Params) -> Document:
    """A new endpoint; this answer alone has its signing secret. Raises ApiError 400."""
    secret = f"whsec_{session.token(32)}"
    endpoint = session.new(
        "webhook_endpoint",
        url=_checked_url(params["url"]),
        enabled_events=params["enabled_events"],
        api_version=params.get("api_version") and _checked_version(params["api_version"]),
        description=params.get("description") or None,
        metadata=merged({}, params),
        _secret=secret,
    )
    session.store.set_fact(session.account, "has_endpoints", "1")
    return {**endpoint, "secret": secret}


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("webhook_endpoint", identifier)


def update(session: Session, identifier: str, params: Params) -> Document:
    """Change an endpoint or disable it. Raises ApiError 400 for a URL that cannot be."""
    endpoint = session.get("webhook_endpoint", identifier)
    if "url" in params:
        endpoint["url"] = _checked_url(params["url"])
    if "enabled_events" in params:
        endpoint["enabled_events"] = params["enabled_events"]
    if "description" in params:
        endpoint["description"] = params["description"] or None
    if "disabled" in params:
        endpoint["status"] = _STATUSES[params["disabled"]]
    endpoint["metadata"] = merged(endpoint["metadata"], params)
    session.save(endpoint)
    return endpoint


def delete(session: Session, identifier: str, params: Params) -> Document:
    """Delete an endpoint for good; what has yet to be sent to it is given up."""
    session.get("webhook_endpoint", identifier)
    session.store.delete(identifier)
    return {"id": identifier, "object": "webhook_endpoint", "deleted": True}


def list_all(session: Session, params: Params) -> Document:
    """Every endpoint of the account."""
    return page(session, "webhook_endpoint", "/v1/webhook_endpoints", params)


def _checked_url(url: str) -> str:
    if not is_address(url):
        raise ApiError(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            code="url_invalid",
            param="url",
        )
    return url


def _checked_version(version: str) -> str:
    if version != API_VERSION:
        raise ApiError(
            f"This offline Stripe sends events of version {API_VERSION} only.", param="api_version"
        )
    return version


ROUTES = [
    Route(
        "POST",
        "/v1/webhook_endpoints",
        "WebhookEndpointCreateParams",
        create,
        unsupported=frozenset(["connect"]),
    ),
    Route("GET", "/v1/webhook_endpoints", "WebhookEndpointListParams", list_all),
    Route("GET", "/v1/webhook_endpoints/:id", "WebhookEndpointRetrieveParams", retrieve),
    Route("POST", "/v1/webhook_endpoints/:id", "WebhookEndpointUpdateParams", update),
    Route("DELETE", "/v1/webhook_endpoints/:id", "WebhookEndpointDeleteParams", delete),
]
