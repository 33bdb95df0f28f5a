"""The two pages for payers outside a card form: 3-D Secure after a redirect, and the receipt."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from fake_stripe.api import three_d_secure
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError
from fake_stripe.rules.client_secrets import owned

_NOTHING = "There is no payment waiting here."


def challenge(app: OfflineStripe, query: dict[str, str]) -> Document:
    """What the challenge page needs: `intent` (None: there is nothing to ask) and `problem`."""
    intent = _waiting(app, query)
    if intent is None:
        return {"intent": None, "problem": _NOTHING, "status": 404}
    return {"intent": intent, "problem": "", "status": 200}


def finish(app: OfflineStripe, fields: dict[str, str], base_url: str) -> str:
    """Complete or fail the challenge; the address to send the payer to.

    Raises ApiError 404 where no payment was waiting.
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
        "redirect_status": "succeeded",
    }
    if intent["status"] == "requires_payment_method":
        query["redirect_status"] = "failed"
    parts = urlsplit(intent["_return_url"])
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query))))))


def receipt(app: OfflineStripe, identifier: str) -> Document | None:
    """The charge, for its receipt."""
    account = app.store.owner(identifier)
    return app.store.get(account, identifier, "charge") if account else None


def _waiting(app: OfflineStripe, given: dict[str, str]) -> Document | None:
    """The intent that waits for its payer, for whoever has its client secret; else None."""
    identifier = given.get("payment_intent", "")
    try:
        intent = owned(app.session_of(identifier), identifier, given.get("client_secret", ""))
    except ApiError:
        return None
    waits = intent["status"] == "requires_action" and intent["_return_url"]
    return intent if waits else None
