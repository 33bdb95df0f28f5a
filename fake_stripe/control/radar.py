"""What card networks and Radar do: early fraud warnings, reviews opened and closed."""

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import radar


def warn(app: OfflineStripe, values: Values) -> Document:
    """An early fraud warning about a charge. Raises ApiError 400."""
    fraud = values.choice("fraud_type", radar.FRAUD_TYPES, radar.FRAUD_TYPES[0])
    with app.store.transaction():
        session = app.session_of(values.text("charge"), values.account)
        return public(radar.warn(session, session.get("charge", values.text("charge")), fraud))


def open_review(app: OfflineStripe, values: Values) -> Document:
    """Somebody sends a payment to review in the dashboard. Raises ApiError 400."""
    with app.store.transaction():
        session = app.session_of(values.text("charge"), values.account)
        charge = session.get("charge", values.text("charge"))
        if charge["review"] and session.get("review", charge["review"])["open"]:
            raise ApiError("This charge is in review already.", param="charge")
        return public(radar.send_to_review(session, charge))


def approve_review(app: OfflineStripe, values: Values) -> Document:
    """Somebody approves a review in the dashboard. Raises ApiError 400 for one that is closed."""
    with app.store.transaction():
        session = app.session_of(values.text("review"), values.account)
        review = session.get("review", values.text("review"))
        radar.approve(session, review)
    return public(review)


def close_review(app: OfflineStripe, values: Values) -> Document:
    """A review ends in another way than by approval. Raises ApiError 400."""
    reason = values.choice("reason", radar.OTHER_ENDS)
    with app.store.transaction():
        session = app.session_of(values.text("review"), values.account)
        review = session.get("review", values.text("review"))
        radar.check_open(review)
        radar.close_review(session, review, reason)
    return public(review)


ACTIONS: Actions = {
    ("POST", "early_fraud_warnings"): Action(warn, ("charge", "fraud_type")),
    ("POST", "reviews"): Action(open_review, ("charge",)),
    ("POST", "reviews/approve"): Action(approve_review, ("review",)),
    ("POST", "reviews/close"): Action(close_review, ("review", "reason")),
}
