"""What happens to refunds without the API: made in the dashboard, ended by banks and payers."""

from dataclasses import asdict

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import refund_ends, refunds
from fake_stripe.runtime.settings import RefundPlan

REASONS = ("requested_by_customer", "duplicate", "fraudulent")
# How a refund can begin.
BEGINNINGS = ("succeeded", "pending", "requires_action")
REFERENCES = ("available", "unavailable")


def refund(app: OfflineStripe, values: Values) -> Document:
    """A refund as made in the dashboard: no API request stands behind it. Raises ApiError 400."""
    with app.store.transaction():
        session = app.session_of(values.text("charge"), values.account)
        charge = session.get("charge", values.text("charge"))
        params: Document = {"reason": values.optional_choice("reason", REASONS)}
        if values.given("amount"):
            params["amount"] = values.whole("amount", least=1)
        return public(refunds.create(session, charge, params))


def plan(app: OfflineStripe, values: Values) -> Document:
    """How the account's next `count` refunds begin, whatever their cards stand for.

    One that waits does so until `finish`. Raises ApiError 400.
    """
    wanted = RefundPlan(
        status=values.choice("status", BEGINNINGS),
        pending_reason=values.choice(
            "pending_reason", refund_ends.PENDING_REASONS, refund_ends.PENDING_REASONS[0]
        ),
        destination=values.choice("destination", refund_ends.DESTINATIONS, "refund"),
        count=values.whole("count", 1),
    )
    with app.store.lock:
        app.accounts.of(values.account).settings.refund_plan = wanted
    return asdict(wanted)


def finish(app: OfflineStripe, values: Values) -> Document:
    """A refund succeeds, needs the payer, is canceled, or fails, which it can once it succeeded.

    Raises ApiError 400 where it cannot come to that any more.
    """
    outcome = values.choice("outcome", refund_ends.OUTCOMES)
    reason = values.optional_choice("reason", refund_ends.FAILURE_REASONS)
    if reason and outcome != "fail":
        raise ApiError("`reason` is why a refund fails.", param="reason")
    with app.store.transaction():
        session = app.session_of(values.text("refund"), values.account)
        document = session.get("refund", values.text("refund"))
        refund_ends.finish(session, document, outcome, reason)
    return public(document)


def trace(app: OfflineStripe, values: Values) -> Document:
    """The bank's reference for a refund that succeeded becomes known, or is known not to come.

    Raises ApiError 400 for a refund that has not succeeded.
    """
    reference = values.choice("reference", REFERENCES, "available")
    with app.store.transaction():
        session = app.session_of(values.text("refund"), values.account)
        document = session.get("refund", values.text("refund"))
        if document["status"] != "succeeded":
            raise ApiError(f"This refund has a status of {document['status']}.", param="refund")
        refund_ends.trace(session, document, is_available=reference == "available")
    return public(document)


ACTIONS: Actions = {
    ("POST", "refunds"): Action(refund, ("charge", "amount", "reason")),
    ("POST", "refunds/next"): Action(plan, ("status", "pending_reason", "destination", "count")),
    ("POST", "refunds/finish"): Action(finish, ("refund", "outcome", "reason")),
    ("POST", "refunds/trace"): Action(trace, ("refund", "reference")),
}
