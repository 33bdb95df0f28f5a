"""What banks, card networks and Radar do: disputes and their outcomes, warnings, reviews."""

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import disputes, radar

DISPUTE_REASONS = (
    "product_not_received",
    "fraudulent",
    "duplicate",
    "credit_not_processed",
    "general",
    "unrecognized",
)


def open_dispute(app: OfflineStripe, values: Values) -> Document:
    """The payer's bank opens a dispute or an inquiry. Raises ApiError 400."""
    status = "warning_needs_response" if values.flag("inquiry") else "needs_response"
    with app.store.transaction():
        session = app.session_of(values.text("charge"), values.account)
        charge = session.get("charge", values.text("charge"))
        if charge["status"] != "succeeded" or charge["disputed"]:
            raise ApiError(
                "Only a charge that succeeded and is not disputed yet can be disputed.",
                param="charge",
            )
        return public(
            disputes.open_dispute(
                session, charge, values.choice("reason", DISPUTE_REASONS, "fraudulent"), status
            )
        )


def decide_dispute(app: OfflineStripe, values: Values) -> Document:
    """`won` for the merchant or `lost` to the payer."""
    outcome = values.choice("outcome", ("won", "lost"))
    with app.store.transaction():
        session = app.session_of(values.text("dispute"), values.account)
        dispute = session.get("dispute", values.text("dispute"))
        disputes.decide(session, dispute, won=outcome == "won")
    return public(dispute)


def warn(app: OfflineStripe, values: Values) -> Document:
    """An early fraud warning about a charge."""
    with app.store.transaction():
        session = app.session_of(values.text("charge"), values.account)
        return public(radar.warn(session, session.get("charge", values.text("charge"))))


def approve_review(app: OfflineStripe, values: Values) -> Document:
    """Somebody approves a review in the dashboard."""
    with app.store.transaction():
        session = app.session_of(values.text("review"), values.account)
        review = session.get("review", values.text("review"))
        radar.approve(session, review)
    return public(review)


ACTIONS: Actions = {
    ("POST", "disputes"): Action(open_dispute, ("charge", "reason", "inquiry")),
    ("POST", "disputes/decide"): Action(decide_dispute, ("dispute", "outcome")),
    ("POST", "early_fraud_warnings"): Action(warn, ("charge",)),
    ("POST", "reviews/approve"): Action(approve_review, ("review",)),
}
