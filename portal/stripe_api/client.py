"""One Stripe account, by the settings' keys."""

import stripe

from portal.settings import Settings
from portal.stripe_api import http
from portal.stripe_api.events import SeenEvent, read_event
from portal.stripe_api.payment_intents import PaymentIntents

API_VERSION = "2026-10-28.endive"


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
        # Marks in metadata what this portal has made.
        self.portal = settings.public_base_url
        self.payment_intents = PaymentIntents(self.client, self.portal)

    def read_event(self, body: bytes, signature: str) -> SeenEvent:
        """Verify a webhook and say what it is about. Raises NotFromStripe."""
        return read_event(body, signature, self._webhook_secrets)
