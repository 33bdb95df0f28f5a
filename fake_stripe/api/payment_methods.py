"""PaymentMethods."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.routing import Route
from fake_stripe.http.shapes import rules_of
from fake_stripe.rules import payment_methods
from fake_stripe.runtime.session import Session

_RULE = rules_of("PaymentMethodCreateParams")
# Every type of PaymentMethod but cards: a hash of that name has what such a method needs.
OTHER_METHODS = frozenset(_RULE.fields["type"].choices) - {"card"} | {
    "card_present",
    "interac_present",
}
_UNSUPPORTED = OTHER_METHODS | {"customer", "payment_method", "radar_options"}


def create(session: Session, params: Params) -> Document:
    """A new PaymentMethod of a typed card or a token. Raises ApiError 402 for a wrong card."""
    return payment_methods.from_data(session, params)


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return payment_methods.from_name(session, identifier, status=404)


ROUTES = [
    Route(
        "POST",
        "/v1/payment_methods",
        "PaymentMethodCreateParams",
        create,
        publishable=True,
        unsupported=_UNSUPPORTED,
    ),
    Route("GET", "/v1/payment_methods/:id", "PaymentMethodRetrieveParams", retrieve),
]
