"""The offline Stripe without sockets: requests are answered, and time passes."""

from fake_stripe.core.offline import OfflineStripe, Request, Response

__all__ = ["OfflineStripe", "Request", "Response"]
