"""Refunds."""

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.rules import refund_ends, refunds
from fake_stripe.rules.metadata import merged
from fake_stripe.runtime.session import Session

# Connect, and refunds of what a customer keeps with Stripe or paid in other ways than by card.
_UNSUPPORTED = frozenset(
    [
        "currency",
        "customer",
        "instructions_email",
        "origin",
        "refund_application_fee",
        "reverse_transfer",
    ]
)


def create(session: Session, params: Params) -> Document:
    """Refund a charge, named by itself or by its payment. Raises ApiError 400."""
    return refunds.create(session, _charge(session, params), params)


def _charge(session: Session, params: Params) -> Document:
    if "payment_intent" in params and "charge" in params:
        raise ApiError("You may only specify one of these parameters: charge, payment_intent.")
    if "charge" in params:
        return session.get("charge", params["charge"], param="charge")
    if "payment_intent" not in params:
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or "
            "charge."
        )
    intent = session.get("payment_intent", params["payment_intent"], param="payment_intent")
    if intent["status"] != "succeeded":
        raise ApiError(
            "This PaymentIntent does not have a successful charge to refund.",
            param="payment_intent",
        )
    return session.get("charge", intent["latest_charge"])


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("refund", identifier)


def update(session: Session, identifier: str, params: Params) -> Document:
    """Change the metadata, which is all that can be changed."""
    refund = session.get("refund", identifier)
    metadata = merged(refund["metadata"], params)
    if metadata != refund["metadata"]:
        refunds.update(session, refund, metadata)
    return refund


def cancel(session: Session, identifier: str, params: Params) -> Document:
    """Cancel a refund that waits for the payer; the money comes back. Raises ApiError 400."""
    refund = session.get("refund", identifier)
    refunds.check_waiting(refund, "canceled")
    refund_ends.finish(session, refund, "cancel")
    return refund


def expire(session: Session, identifier: str, params: Params) -> Document:
    """The payer has not said in time where the money shall go. Raises ApiError 400."""
    refund = session.get("refund", identifier)
    refunds.check_waiting(refund, "expired")
    refund_ends.finish(session, refund, "fail", "unknown")
    return refund


def list_all(session: Session, params: Params) -> Document:
    """Refunds, by `charge`, `payment_intent` and `created`."""
    return page(session, "refund", "/v1/refunds", params, ("charge", "payment_intent"))


ROUTES = [
    Route("POST", "/v1/refunds", "RefundCreateParams", create, unsupported=_UNSUPPORTED),
    Route("GET", "/v1/refunds", "RefundListParams", list_all),
    Route("GET", "/v1/refunds/:id", "RefundRetrieveParams", retrieve),
    Route("POST", "/v1/refunds/:id", "RefundUpdateParams", update),
    Route("POST", "/v1/refunds/:id/cancel", "RefundCancelParams", cancel),
    Route(
        "POST",
        "/v1/test_helpers/refunds/:id/expire",
        "test_helpers.RefundExpireParams",
        expire,
    ),
]
