"""Events and webhook endpoints."""

from fake_stripe import API_VERSION
from fake_stripe.documents import Document

EVENT: Document = {
    "id": "",
    "object": "event",
    "api_version": API_VERSION,
    "created": 0,
    "data": {},
    "livemode": False,
    "pending_webhooks": 0,
    "request": {"id": None, "idempotency_key": None},
    "type": "",
}

WEBHOOK_ENDPOINT: Document = {
    "id": "",
    "object": "webhook_endpoint",
    "api_version": None,
    "application": None,
    "created": 0,
    "description": None,
    "enabled_events": [],
    "livemode": False,
    "metadata": {},
    "status": "enabled",
    "url": "",
}
