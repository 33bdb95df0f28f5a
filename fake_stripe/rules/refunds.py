"""Refunds: what may be given back, and how a refund begins."""

from fake_stripe.documents import Document, Params, previous_attributes
from fake_stripe.errors import ApiError
from fake_stripe.rules import disputes, radar, refund_ends
from fake_stripe.rules.metadata import merged
from fake_stripe.rules.money import display, too_low
from fake_stripe.rules.payment_methods import card_of
from fake_stripe.runtime.session import Session
from fake_stripe.runtime.settings import RefundPlan


def create(session: Session, charge: Document, params: Params) -> Document:
    """Refund `params["amount"]` of the charge, or what is left of it.

    Raises ApiError 400 for more than is left.
    """
    amount = _checked(session, charge, params.get("amount"))
    refund = session.draft("refund")
    refund |= {
        "amount": amount,
        "charge": charge["id"],
        "currency": charge["currency"],
        "customer": charge["customer"],
        "metadata": merged({}, params),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": params.get("reason"),
    }
    _begin(session, refund)
    session.store.insert(session.account, refund)
    session.emit("refund.created", refund)
    _note_on_charge(session, charge, params.get("reason"))
    return refund


def _begin(session: Session, refund: Document) -> None:
    """The refund begins as the control surface wants it, or else as its card stands for."""
    card = card_of(session.get("payment_method", refund["payment_method"]))
    plan = session.settings.next_refund()
    begins = plan or RefundPlan({"pending": "pending"}.get(card.refund, "succeeded"))
    if begins.status == "pending":
        refund["pending_reason"] = begins.pending_reason
        refund["_destination"] = begins.destination
    elif begins.status == "requires_action":
        refund["_destination"] = begins.destination
        refund_ends.ask_payer(session, refund)
    else:
        refund_ends.send(session, refund, begins.destination)
    _schedule(session, refund, card.refund, is_planned=plan is not None)


def _schedule(session: Session, refund: Document, card: str, *, is_planned: bool) -> None:
    """What happens to it by itself: nothing to a planned one that waits."""
    delay = session.settings.delays.refund
    if not is_planned and card in ("pending", "failed"):
        session.later("finish_refund", delay, refund=refund["id"], fails=card == "failed")
    elif refund["status"] == "succeeded":
        session.later("trace_refund", delay, refund=refund["id"])


def _note_on_charge(session: Session, charge: Document, reason: str | None) -> None:
    """The charge tells of it, and what asked for a refund is closed."""
    report, closed_by = {}, "refunded"
    if reason == "fraudulent":
        report = {"fraud_details": {"user_report": "fraudulent"}}
        closed_by = "refunded_as_fraud"
    counted = refund_ends.counted(session, charge)
    session.change(charge, "charge.refunded", **counted, **report)
    radar.close_review_of(session, charge, closed_by)
    if charge["refunded"]:
        radar.close_warnings(session, charge)
        disputes.close_inquiries(session, charge)


def update(session: Session, refund: Document, metadata: dict[str, str]) -> None:
    """Set the metadata and tell of it."""
    before = {"metadata": refund["metadata"]}
    refund["metadata"] = metadata
    session.save(refund)
    changed = previous_attributes(before, {"metadata": metadata})
    refund_ends.tell(session, refund, changed)


def check_waiting(refund: Document, done: str) -> None:
    """Raises ApiError 400 unless it waits for the payer; `done` is "canceled" or "expired"."""
    if refund["status"] != "requires_action":
        raise ApiError(
            f"Refund {refund['id']} could not be {done} because it has a status of "
            f"{refund['status']}. Only a refund with the status requires_action may be {done}."
        )


def _checked(session: Session, charge: Document, wanted: int | None) -> int:
    identifier, currency = charge["id"], charge["currency"]
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise ApiError(
            f"Charge {identifier} has not succeeded and cannot be refunded.", param="charge"
        )
    if _charged_back(session, charge):
        raise ApiError(
            f"Charge {identifier} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if charge["refunded"]:
        raise ApiError(
            f"Charge {identifier} has already been refunded.", code="charge_already_refunded"
        )
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if wanted is None else wanted
    if amount < 1:
        raise too_low("amount")
    if amount > left:
        raise ApiError(
            f"Refund amount ({display(amount, currency)}) is greater than unrefunded amount on "
            f"charge ({display(left, currency)})",
            param="amount",
        )
    return amount


def _charged_back(session: Session, charge: Document) -> bool:
    if not charge["disputed"]:
        return False
    disputes = session.select("dispute", "charge", charge["id"])
    return any(
        not dispute["is_charge_refundable"] and dispute["status"] != "won" for dispute in disputes
    )
