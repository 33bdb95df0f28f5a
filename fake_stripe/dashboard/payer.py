"""The two pages that a payer sees outside a card form: 3-D Secure after a redirect, and the
receipt.
"""

from urllib.parse import urlencode, urlsplit, urlunsplit

from fake_stripe import three_d_secure
from fake_stripe.client_secrets import owned
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError

_NOTHING = "There is no payment waiting here."


def challenge(app: OfflineStripe, query: dict[str, str]) -> Document:
    """What the challenge page needs: the intent (None where there is nothing to ask) and a problem
    in words.
    """
    intent = _waiting(app, query)
    return {
        "intent": intent,
        "problem": "" if intent else _NOTHING,
        "status": 200 if intent else 404,
    }


def finish(app: OfflineStripe, fields: dict[str, str], base_url: str) -> str:
    """Complete or fail the challenge; where to send the payer. Raises ApiError where nothing was
    waiting.
    """
    if not _waiting(app, fields) or fields.get("outcome") not in ("complete", "fail"):
        raise ApiError(_NOTHING, status=404)
    with app.store.transaction():
        session = app.session_of(fields["payment_intent"])
        session.base_url = base_url
        intent = three_d_secure.authenticate(session, fields)
    app.due.set()
    query = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "failed"
        if intent["status"] == "requires_payment_method"
        else "succeeded",
    }
    parts = urlsplit(intent["_return_url"])
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query))))))


def receipt(app: OfflineStripe, identifier: str) -> Document | None:
    """The charge, for its receipt."""
    account = app.store.owner(identifier)
    return app.store.get(account, identifier, "charge") if account else None


def _waiting(app: OfflineStripe, given: dict[str, str]) -> Document | None:
    """The intent that waits for its payer and knows where to send them afterwards, for who has its
    secret.
    """
    identifier = given.get("payment_intent", "")
    try:
        intent = owned(app.session_of(identifier), identifier, given.get("client_secret", ""))
    except ApiError:
        return None
    return intent if intent["status"] == "requires_action" and intent["_return_url"] else None
