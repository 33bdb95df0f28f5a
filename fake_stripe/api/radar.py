"""Early fraud warnings and reviews."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.rules import radar
from fake_stripe.runtime.session import Session

_WARNING = "radar.early_fraud_warning"


def retrieve_warning(session: Session, identifier: str, params: Params) -> Document:
    return session.get(_WARNING, identifier)


def list_warnings(session: Session, params: Params) -> Document:
    """Early fraud warnings, by `charge`, `payment_intent` and `created`."""
    return page(
        session, _WARNING, "/v1/radar/early_fraud_warnings", params, ("charge", "payment_intent")
    )


def retrieve_review(session: Session, identifier: str, params: Params) -> Document:
    return session.get("review", identifier)


def list_reviews(session: Session, params: Params) -> Document:
    """Reviews, by `created`."""
    return page(session, "review", "/v1/reviews", params)


def approve(session: Session, identifier: str, params: Params) -> Document:
    """Close a review as good. Raises ApiError 400 where it is closed already."""
    review = session.get("review", identifier)
    radar.approve(session, review)
    return review


ROUTES = [
    Route(
        "GET", "/v1/radar/early_fraud_warnings", "radar.EarlyFraudWarningListParams", list_warnings
    ),
    Route(
        "GET",
        "/v1/radar/early_fraud_warnings/:id",
        "radar.EarlyFraudWarningRetrieveParams",
        retrieve_warning,
    ),
    Route("GET", "/v1/reviews", "ReviewListParams", list_reviews),
    Route("GET", "/v1/reviews/:id", "ReviewRetrieveParams", retrieve_review),
    Route("POST", "/v1/reviews/:id/approve", "ReviewApproveParams", approve),
]
