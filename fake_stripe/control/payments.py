"""What happens to payments without the API: slow payments, cancellations.

Nothing here pays: only a payment that its payer confirmed can be released from `processing`.
"""

from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import intent_states, payments


def hold_processing(app: OfflineStripe, values: Values) -> Document:
    """Keep the next `count` confirmed payments in `processing` until they are released."""
    settings = app.accounts.of(values.account).settings
    settings.hold_processing = values.whole("count", 1)
    return {"count": settings.hold_processing}


def cancel_payment(app: OfflineStripe, values: Values) -> Document:
    """Somebody cancels an incomplete payment in the dashboard."""
    with app.store.transaction():
        session = app.session_of(values.text("payment_intent"), values.account)
        intent = session.get("payment_intent", values.text("payment_intent"))
        intent_states.check_cancellable(intent)
        payments.cancel(session, intent, "requested_by_customer")
    return public(intent)


def release_processing(app: OfflineStripe, values: Values) -> Document:
    """A payment leaves `processing`: it succeeds or fails. Raises ApiError 400."""
    outcome = values.choice("outcome", ("succeed", "fail"))
    with app.store.transaction():
        session = app.session_of(values.text("payment_intent"), values.account)
        intent = session.get("payment_intent", values.text("payment_intent"))
        if intent["status"] != "processing":
            raise ApiError(
                f"This PaymentIntent is not processing: {intent['status']}.", param="payment_intent"
            )
        charge = session.get("charge", intent["latest_charge"])
        if outcome == "succeed":
            payments.succeed(session, intent, charge)
        else:
            payments.fail_processing(session, intent, charge)
    return public(intent)


ACTIONS: Actions = {
    ("POST", "payment_intents/cancel"): Action(cancel_payment, ("payment_intent",)),
    ("POST", "processing/hold"): Action(hold_processing, ("count",)),
    ("POST", "processing/release"): Action(release_processing, ("payment_intent", "outcome")),
}
