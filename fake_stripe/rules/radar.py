"""Radar: reviews of payments with elevated risk, and early fraud warnings of the card networks."""

from fake_stripe.documents import Document
from fake_stripe.errors import ApiError
from fake_stripe.runtime.session import Session


def open_review(session: Session, intent: Document, charge: Document) -> None:
    """Put the payment on the list of those that a person shall look at; the caller saves both."""
    review = session.new("review", charge=charge["id"], payment_intent=intent["id"])
    charge["review"] = intent["review"] = review["id"]
    session.emit("review.opened", review)


def approve(session: Session, review: Document) -> None:
    """A person has looked at the payment and finds it good.

    Raises ApiError 400 where the review is over.
    """
    if not review["open"]:
        raise ApiError("This review is already closed.")
    close_review(session, review, "approved")


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


def warn(session: Session, charge: Document) -> Document:
    """Make an early fraud warning; not actionable once the charge is disputed or refunded."""
    actionable = not (charge["disputed"] or charge["refunded"])
    warning = session.new(
        "radar.early_fraud_warning",
        actionable=actionable,
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
    )
    session.emit("radar.early_fraud_warning.created", warning)
    return warning


def close_warnings(session: Session, charge: Document) -> None:
    """Nothing is left to do: the charge was disputed or refunded in full."""
    for warning in session.select("radar.early_fraud_warning", "charge", charge["id"]):
        if warning["actionable"]:
            session.change(warning, "radar.early_fraud_warning.updated", actionable=False)
