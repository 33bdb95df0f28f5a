"""The two pages that a payer sees outside a card form: 3-D Secure after a redirect, and the receipt."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from fake_stripe import frames
from fake_stripe.core import OfflineStripe
from fake_stripe.dashboard import data
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError


def challenge(app: OfflineStripe, query: dict[str, str]) -> Document:
    """What the challenge page needs: the intent (None where there is nothing to ask) and a problem in words."""
    intent = _intent(app, query)
    problem = "" if intent and intent["status"] == "requires_action" else "There is no payment waiting here."
    return {
        "intent": None if problem else intent,
        "problem": problem,
        "fields": query,
        "status": 404 if problem else 200,
    }


def finish(app: OfflineStripe, fields: dict[str, str], base_url: str) -> str:
    """Complete or fail the challenge; where to send the payer. Raises ApiError where nothing was waiting."""
    account = data.owner(app, fields.get("payment_intent", ""))
    if account is None or fields.get("outcome") not in ("complete", "fail"):
        raise ApiError("There is no payment waiting here.", status=404)
    with app.store.transaction():
        session = app.session(account)
        session.base_url = base_url
        intent = frames.authenticate(session, fields)
    app.due.set()
    query = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "failed" if intent["status"] == "requires_payment_method" else "succeeded",
    }
    parts = urlsplit(intent["_return_url"])
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query))))))


def receipt(app: OfflineStripe, identifier: str) -> Document | None:
    """The charge, for its receipt."""
    account = data.owner(app, identifier)
    return app.store.get(account, identifier, "charge") if account else None


def _intent(app: OfflineStripe, query: dict[str, str]) -> Document | None:
    identifier = query.get("payment_intent", "")
    account = data.owner(app, identifier)
    intent = app.store.get(account, identifier, "payment_intent") if account else None
    return intent if intent and intent["client_secret"] == query.get("client_secret") else None
