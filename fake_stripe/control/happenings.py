"""What happens at Stripe without the API: dashboard refunds, disputes and their outcomes, payouts, slow payments.

Nothing here pays: only a payment that its payer confirmed can be released from `processing`.
"""

import re

from fake_stripe import bulk, intent_states, payments, payouts, refunds
from fake_stripe import disputes as dispute_work
from fake_stripe.api import radar
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError, missing
from fake_stripe.money import checked_currency
from fake_stripe.session import Session

REFUND_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
REASONS = ("fraudulent", "product_not_received", "duplicate", "credit_not_processed", "general", "unrecognized")


def hold_processing(app: OfflineStripe, values: Values) -> Document:
    """The next `count` payments that a payer confirms stay in `processing` until they are released."""
    app.settings.hold_processing = values.whole("count", 1)
    return {"count": app.settings.hold_processing}


def cancel_payment(app: OfflineStripe, values: Values) -> Document:
    """Somebody cancels an incomplete payment in the dashboard."""
    with app.store.transaction():
        session = _session(app, values.text("payment_intent"))
        intent = session.get("payment_intent", values.text("payment_intent"))
        intent_states.check_cancellable(intent)
        payments.cancel(session, intent, "requested_by_customer")
    return public(intent)


def release_processing(app: OfflineStripe, values: Values) -> Document:
    outcome = values.choice("outcome", ("succeed", "fail"))
    with app.store.transaction():
        session = _session(app, values.text("payment_intent"))
        intent = session.get("payment_intent", values.text("payment_intent"))
        if intent["status"] != "processing":
            raise ApiError(f"This PaymentIntent is not processing: {intent['status']}.", param="payment_intent")
        charge = session.get("charge", intent["latest_charge"])
        if outcome == "succeed":
            payments.succeed(session, intent, charge)
        else:
            payments.fail_processing(session, intent, charge)
    return public(intent)


def refund(app: OfflineStripe, values: Values) -> Document:
    """A refund as made in the dashboard: no API request stands behind it."""
    with app.store.transaction():
        session = _session(app, values.text("charge"))
        charge = session.get("charge", values.text("charge"))
        reason = values.choice("reason", REFUND_REASONS) if values.given("reason") else None
        params: Document = {"reason": reason}
        if values.given("amount"):
            params["amount"] = values.whole("amount", least=1)
        return public(refunds.create(session, charge, params))


def finish_refund(app: OfflineStripe, values: Values) -> Document:
    """A pending refund succeeds now, or one that was pending or had succeeded fails."""
    outcome = values.choice("outcome", ("succeed", "fail"))
    with app.store.transaction():
        session = _session(app, values.text("refund"))
        document = session.get("refund", values.text("refund"))
        expected = ("pending",) if outcome == "succeed" else ("pending", "succeeded")
        if document["status"] not in expected:
            raise ApiError(f"This refund has a status of {document['status']}.", param="refund")
        refunds.finish(session, document, fails=outcome == "fail")
    return public(document)


def open_dispute(app: OfflineStripe, values: Values) -> Document:
    status = "warning_needs_response" if values.flag("inquiry") else "needs_response"
    with app.store.transaction():
        session = _session(app, values.text("charge"))
        charge = session.get("charge", values.text("charge"))
        if charge["status"] != "succeeded" or charge["disputed"]:
            raise ApiError("Only a charge that succeeded and is not disputed yet can be disputed.", param="charge")
        return public(
            dispute_work.open_dispute(session, charge, values.choice("reason", REASONS, "fraudulent"), status)
        )


def decide_dispute(app: OfflineStripe, values: Values) -> Document:
    """`won` for the merchant or `lost` to the payer."""
    outcome = values.choice("outcome", ("won", "lost"))
    with app.store.transaction():
        session = _session(app, values.text("dispute"))
        dispute = session.get("dispute", values.text("dispute"))
        dispute_work.decide(session, dispute, won=outcome == "won")
    return public(dispute)


def warn(app: OfflineStripe, values: Values) -> Document:
    """An early fraud warning about a charge."""
    with app.store.transaction():
        session = _session(app, values.text("charge"))
        charge = session.get("charge", values.text("charge"))
        warning = session.new("radar.early_fraud_warning", charge=charge["id"], payment_intent=charge["payment_intent"])
        session.emit("radar.early_fraud_warning.created", warning)
    return public(warning)


def approve_review(app: OfflineStripe, values: Values) -> Document:
    with app.store.transaction():
        session = _session(app, values.text("review"))
        return public(radar.approve(session, values.text("review"), {}))


def pay_out(app: OfflineStripe, values: Values) -> Document:
    """Pay out what is available in `account` now, without waiting for the daily one."""
    with app.store.transaction():
        payout = payouts.pay_out(app.session(values.text("account")))
    if payout is None:
        raise ApiError("Nothing is available to pay out. Advance the clock until it is.")
    return public(payout)


def fail_payout(app: OfflineStripe, values: Values) -> Document:
    with app.store.transaction():
        session = _session(app, values.text("payout"))
        payout = session.get("payout", values.text("payout"))
        payouts.fail(session, payout)
    return public(payout)


def _session(app: OfflineStripe, identifier: str) -> Session:
    """A session on the account that the object belongs to."""
    rows = app.store.rows("SELECT account FROM objects WHERE id = ?", (identifier,))
    if not rows:
        raise missing("object", identifier)
    return app.session(rows[0]["account"])


def bulk_payments(app: OfflineStripe, values: Values) -> Document:
    """Make many past payments with their fees and payouts; events of that age are gone."""
    lowest = values.whole("lowest", 1000)
    account = values.text("account")
    if not re.fullmatch(r"[A-Za-z0-9_]+", account):
        raise ApiError("`account` has to be the ending of a key.", param="account")
    order = bulk.Order(
        account=account,
        count=values.whole("count", 100_000, most=1_000_000),
        days=values.whole("days", 365, least=1, most=3650),
        currency=checked_currency(values.text("currency", "gbp")),
        lowest=lowest,
        highest=max(lowest, values.whole("highest", 50_000)),
        metadata=values.texts("metadata"),
    )
    return {"made": bulk.make(app, order)}


ACTIONS = {
    ("POST", "bulk"): bulk_payments,
    ("POST", "payment_intents/cancel"): cancel_payment,
    ("POST", "processing/hold"): hold_processing,
    ("POST", "processing/release"): release_processing,
    ("POST", "refunds"): refund,
    ("POST", "refunds/finish"): finish_refund,
    ("POST", "disputes"): open_dispute,
    ("POST", "disputes/decide"): decide_dispute,
    ("POST", "early_fraud_warnings"): warn,
    ("POST", "reviews/approve"): approve_review,
    ("POST", "payouts"): pay_out,
    ("POST", "payouts/fail"): fail_payout,
}
