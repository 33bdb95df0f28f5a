"""One Stripe account, by the settings' keys."""

import stripe

from portal.settings import Settings
from portal.stripe_api import http
from portal.stripe_api.charges import Charges
from portal.stripe_api.events import Events, SeenEvent, read_event
from portal.stripe_api.payment_intents import PaymentIntents
from portal.stripe_api.refunds import Refunds
from portal.stripe_api.version import API_VERSION
from portal.stripe_api.webhook_endpoints import WebhookEndpoints


class StripeApi:
    """What the portal asks of Stripe, a part for each kind of object.

    `most_at_once` bounds how many calls wait for Stripe at a time.
    """

    def __init__(
        self,
        settings: Settings,
        http_client: stripe.HTTPClient | None = None,
        most_at_once: int | None = None,
    ) -> None:
        self.client = stripe.StripeClient(
            settings.stripe_secret_key,
            base_addresses={"api": settings.stripe_api_base},
            max_network_retries=http.RETRIES,
            stripe_version=API_VERSION,
            http_client=http.CarefulClient(http_client or http.http_client(), most_at_once),
        )
        self._webhook_secrets = settings.webhook_secrets
        self.payment_intents = PaymentIntents(self.client)
        self.charges = Charges(self.client)
        self.refunds = Refunds(self.client)
        self.events = Events(self.client)
        self.webhook_endpoints = WebhookEndpoints(self.client)

    def read_event(self, body: bytes, signature: str) -> SeenEvent:
        """Verify a webhook and say what it is about. Raises NotFromStripe."""
        return read_event(body, signature, self._webhook_secrets)
