"""Whoever has the client secret of a PaymentIntent may see and confirm it, without a secret key."""

import hmac

from fake_stripe.documents import Document
from fake_stripe.errors import missing
from fake_stripe.runtime.session import Session


def owned(
    session: Session, identifier: str, secret: str, *, param: str = "payment_intent"
) -> Document:
    """The PaymentIntent, for whoever has its client secret.

    Raises ApiError 404 for another secret, the same as for an intent that is not there.
    """
    intent = session.get("payment_intent", identifier, param=param)
    if not hmac.compare_digest(secret.encode(), intent["client_secret"].encode()):
        raise missing("payment_intent", identifier, param=param)
    return intent
