"""The 3-D Secure page of Stripe.js: what it tells us once the payer has decided."""

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.http.parameters import Rule
from fake_stripe.http.routing import Route
from fake_stripe.rules import payments
from fake_stripe.rules.client_secrets import owned
from fake_stripe.rules.intent_states import unexpected
from fake_stripe.rules.payment_methods import card_of
from fake_stripe.runtime.session import Session

_RULE = Rule(
    "hash",
    fields={
        "key": Rule("string"),
        "payment_intent": Rule("string"),
        "client_secret": Rule("string"),
        "outcome": Rule("choice", choices=("complete", "fail")),
    },
    required=frozenset(("payment_intent", "client_secret", "outcome")),
)


def authenticate(session: Session, params: Params) -> Document:
    """The PaymentIntent after the challenge: charged, declined, or not authenticated."""
    intent = owned(session, params["payment_intent"], params["client_secret"])
    if intent["status"] != "requires_action":
        raise unexpected(intent, "This PaymentIntent is not waiting for authentication.")
    payment_method = session.get("payment_method", intent["payment_method"])
    if params["outcome"] == "fail":
        payments.fail_authentication(session, intent, payment_method)
        return intent
    try:
        payments.charge_card(
            session, intent, payment_method, card_of(payment_method), authenticated=True
        )
    except ApiError as error:
        if not error.keeps_changes:
            raise
    return intent


ROUTES = [
    Route("POST", "/_frames/three_d_secure", "", authenticate, publishable=True, undocumented=_RULE)
]
