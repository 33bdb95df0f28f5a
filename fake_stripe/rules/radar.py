"""Radar: reviews of payments with elevated risk, and early fraud warnings of the card networks."""

from fake_stripe.documents import Document
from fake_stripe.errors import ApiError
from fake_stripe.runtime.session import Session

# https://docs.stripe.com/api/radar/early_fraud_warnings/object
FRAUD_TYPES = (
    "made_with_lost_card",
    "card_never_received",
    "fraudulent_card_application",
    "made_with_counterfeit_card",
    "made_with_stolen_card",
    "misc",
    "unauthorized_use_of_card",
)
# How a review ends where nobody approves it and nothing becomes of the payment.
OTHER_ENDS = ("acknowledged", "canceled", "payment_never_settled", "redacted")


def open_review(session: Session, intent: Document, charge: Document, by: str = "rule") -> Document:
    """Put the payment on the list of those that a person shall look at; the caller saves both.

    `by` is who put it there: a rule, or "manual" for a person.
    """
    review = session.new(
        "review",
        charge=charge["id"],
        payment_intent=intent["id"],
        opened_reason=by,
        reason=by,
    )
    charge["review"] = intent["review"] = review["id"]
    session.emit("review.opened", review)
    return review


def send_to_review(session: Session, charge: Document) -> Document:
    """A person wants the payment to be looked at."""
    intent = session.get("payment_intent", charge["payment_intent"])
    review = open_review(session, intent, charge, by="manual")
    session.save(intent)
    session.save(charge)
    return review


def approve(session: Session, review: Document) -> None:
    """A person has looked at the payment and finds it good.

    Raises ApiError 400 where the review is over.
    """
    check_open(review)
    close_review(session, review, "approved")


def check_open(review: Document) -> None:
    """Raises ApiError 400 where the review is over."""
    if not review["open"]:
        raise ApiError("This review is already closed.")


def close_review(session: Session, review: Document, reason: str) -> None:
    """Close it, if it is still open: `approved`, or because of what became of the payment."""
    if review["open"]:
        review |= {"open": False, "closed_reason": reason, "reason": reason}
        session.save(review)
        session.emit("review.closed", review)


def close_review_of(session: Session, charge: Document, reason: str) -> None:
    """Close the charge's review, where it has an open one."""
    if charge["review"]:
        close_review(session, session.get("review", charge["review"]), reason)


def warn(session: Session, charge: Document, fraud_type: str = FRAUD_TYPES[0]) -> Document:
    """Make an early fraud warning; not actionable once the charge is disputed or refunded."""
    warning = session.new(
        "radar.early_fraud_warning",
        actionable=is_actionable(charge),
        charge=charge["id"],
        fraud_type=fraud_type,
        payment_intent=charge["payment_intent"],
    )
    session.emit("radar.early_fraud_warning.created", warning)
    return warning


def update_warnings(session: Session, charge: Document) -> None:
    """Nothing is left to do once the charge is disputed or refunded in full; a refund can fail."""
    actionable = is_actionable(charge)
    for warning in session.select("radar.early_fraud_warning", "charge", charge["id"]):
        if warning["actionable"] != actionable:
            session.change(warning, "radar.early_fraud_warning.updated", actionable=actionable)


def is_actionable(charge: Document) -> bool:
    """Whether a refund would still come before a dispute."""
    return not (charge["disputed"] or charge["refunded"])
