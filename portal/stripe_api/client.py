"""One Stripe account, by the settings' keys."""

import stripe

from portal.settings import Settings
from portal.stripe_api.charges import Charges
from portal.stripe_api.events import SeenEvent, read_event
from portal.stripe_api.payment_intents import PaymentIntents
from portal.stripe_api.refunds import Refunds
from portal.stripe_api.version import API_VERSION
from portal.stripe_api.webhook_endpoints import WebhookEndpoints

TIMEOUT_SECONDS = 10


class StripeApi:
    """What the portal asks of Stripe, a part for each kind of object."""

    def __init__(self, settings: Settings, http_client: stripe.HTTPClient | None = None) -> None:
        self.client = stripe.StripeClient(
            settings.stripe_secret_key,
            base_addresses={"api": settings.stripe_api_base},
            max_network_retries=2,
            stripe_version=API_VERSION,
            http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )
        self._webhook_secrets = settings.webhook_secrets
        self.payment_intents = PaymentIntents(self.client)
        self.charges = Charges(self.client)
        self.refunds = Refunds(self.client)
        self.webhook_endpoints = WebhookEndpoints(self.client)

    def read_event(self, body: bytes, signature: str) -> SeenEvent:
        """Verify a webhook and say what it is about. Raises NotFromStripe."""
        return read_event(body, signature, self._webhook_secrets)
