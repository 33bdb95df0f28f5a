"""What banks do: disputes, their verdicts, and what comes after."""

from collections.abc import Callable
from functools import partial

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import disputes
from fake_stripe.runtime.session import Session

# Those of https://docs.stripe.com/api/disputes/object that cards have.
DISPUTE_REASONS = (
    "product_not_received",
    "fraudulent",
    "duplicate",
    "credit_not_processed",
    "general",
    "noncompliant",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
)
# By which flag is given.
_BEGINNINGS = {"inquiry": "warning_needs_response", "prevented": "prevented"}


def open_dispute(app: OfflineStripe, values: Values) -> Document:
    """The payer's bank opens a dispute or an inquiry, or one is prevented. Raises ApiError 400."""
    flags = [status for name, status in _BEGINNINGS.items() if values.flag(name)]
    if len(flags) > 1:
        raise ApiError("It is either an `inquiry` or `prevented`.", param="prevented")
    amount = values.whole("amount", least=1) if values.given("amount") else None
    with app.store.transaction():
        session = app.session_of(values.text("charge"), values.account)
        charge = session.get("charge", values.text("charge"))
        reason = values.choice("reason", DISPUTE_REASONS, "fraudulent")
        status = [*flags, "needs_response"][0]
        return public(disputes.open_dispute(session, charge, reason, status, amount))


def decide_dispute(app: OfflineStripe, values: Values) -> Document:
    """`won` for the merchant or `lost` to the payer."""
    won = values.choice("outcome", ("won", "lost")) == "won"
    return _act(app, values, partial(disputes.decide, won=won))


def reverse(app: OfflineStripe, values: Values) -> Document:
    """The bank changes its verdict: won becomes lost, lost becomes won. Raises ApiError 400."""
    return _act(app, values, disputes.reverse)


def allow_appeal(app: OfflineStripe, values: Values) -> Document:
    """A lost dispute may be appealed. Raises ApiError 400 for any other."""
    return _act(app, values, disputes.allow_appeal)


def _act(app: OfflineStripe, values: Values, act: Callable[[Session, Document], None]) -> Document:
    with app.store.transaction():
        session = app.session_of(values.text("dispute"), values.account)
        dispute = session.get("dispute", values.text("dispute"))
        act(session, dispute)
    return public(dispute)


ACTIONS: Actions = {
    ("POST", "disputes"): Action(
        open_dispute, ("charge", "reason", "inquiry", "prevented", "amount")
    ),
    ("POST", "disputes/decide"): Action(decide_dispute, ("dispute", "outcome")),
    ("POST", "disputes/reverse"): Action(reverse, ("dispute",)),
    ("POST", "disputes/appeal"): Action(allow_appeal, ("dispute",)),
}
