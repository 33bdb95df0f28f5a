"""PaymentMethods."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.routing import Route
from fake_stripe.rules import payment_methods
from fake_stripe.runtime.session import Session

_UNSUPPORTED = frozenset(["customer", "payment_method"])


def create(session: Session, params: Params) -> Document:
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
