"""What becomes of a refund: it succeeds, waits for the payer, fails, is canceled, is traced."""

from fake_stripe.clock import DAY
from fake_stripe.documents import Document, previous_attributes, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import balance
from fake_stripe.runtime.session import Session

# https://docs.stripe.com/api/refunds/object: why a refund failed, and why it is pending.
FAILURE_REASONS = (
    "lost_or_stolen_card",
    "expired_or_canceled_card",
    "charge_for_pending_refund_disputed",
    "insufficient_funds",
    "declined",
    "merchant_request",
    "unknown",
)
PENDING_REASONS = ("processing", "insufficient_funds", "charge_pending")
# What the payer sees: money that comes back, or a payment that was never there.
DESTINATIONS = ("refund", "reversal")
# Those whose amount is given back, or may yet be.
COUNTED = ("pending", "requires_action", "succeeded")
# Seconds that a payer has to say where the money shall go.
TIME_TO_ACT = 45 * DAY
# The outcomes, and which refunds can come to each.
_MAY = {
    "succeed": ("pending", "requires_action"),
    "require_action": ("pending",),
    "fail": COUNTED,
    "cancel": ("pending", "requires_action"),
}
OUTCOMES = tuple(_MAY)


def finish(session: Session, refund: Document, outcome: str, reason: str | None = None) -> None:
    """The refund comes to one of `OUTCOMES`; `reason` is one of `FAILURE_REASONS`.

    Raises ApiError 400 where it cannot any more.
    """
    if refund["status"] not in _MAY[outcome]:
        raise ApiError(f"This refund has a status of {refund['status']}.", param="refund")
    before = public(refund)
    for name in ("pending_reason", "next_action"):
        refund.pop(name, None)
    if outcome == "succeed":
        _succeed(session, refund)
    elif outcome == "require_action":
        ask_payer(session, refund)
    elif outcome == "cancel":
        _give_up(session, refund, "canceled", "merchant_request")
    else:
        _give_up(session, refund, "failed", reason or "lost_or_stolen_card")
    session.save(refund)
    tell(session, refund, previous_attributes(before, public(refund)))
    if outcome == "fail":
        session.emit("refund.failed", refund)


def take_money(session: Session, refund: Document) -> None:
    """The amount leaves the balance, once; the caller saves the refund."""
    if not refund["balance_transaction"]:
        refund["balance_transaction"] = balance.for_refund(session, refund)["id"]


def send(session: Session, refund: Document, destination: str) -> None:
    """The refund has succeeded and is on its way; the bank's reference is known later."""
    take_money(session, refund)
    refund["status"] = "succeeded"
    refund["destination_details"] = _destination(destination, "pending")


def ask_payer(session: Session, refund: Document) -> None:
    """The payer is asked by email where the money shall go; meanwhile it has left the balance."""
    take_money(session, refund)
    charge = session.get("charge", refund["charge"])
    refund |= {"status": "requires_action", "next_action": {"type": "display_details"}}
    if address := charge["billing_details"]["email"]:
        refund["next_action"]["display_details"] = {
            "email_sent": {"email_sent_at": session.now, "email_sent_to": address},
            "expires_at": session.now + TIME_TO_ACT,
        }


def trace(session: Session, refund: Document, *, is_available: bool = True) -> None:
    """The bank tells the reference by which a succeeded refund can be found, or has none."""
    if refund["status"] != "succeeded":
        return
    before = public(refund)
    kind = refund["destination_details"]["card"]["type"]
    refund["destination_details"] = _destination(kind, "unavailable")
    if is_available:
        refund["destination_details"] = _destination(kind, "available")
        refund["destination_details"]["card"]["reference"] = session.token(11).upper()
    session.save(refund)
    tell(session, refund, previous_attributes(before, public(refund)))


def tell(session: Session, refund: Document, previous: Document) -> None:
    """Both events that tell of a changed refund."""
    for event in ("refund.updated", "charge.refund.updated"):
        session.emit(event, refund, previous)


def fail_pending(session: Session, charge: Document) -> None:
    """The payer's bank takes the money of the charge back: refunds on their way do not arrive."""
    for refund in session.select("refund", "charge", charge["id"]):
        if refund["status"] in ("pending", "requires_action"):
            finish(session, refund, "fail", "charge_for_pending_refund_disputed")


def counted(session: Session, charge: Document) -> Document:
    """What the charge says of its refunds; what was authorised and never captured counts as one."""
    refunds = session.select("refund", "charge", charge["id"])
    let_go = charge["amount"] - charge["amount_captured"]
    total = let_go + sum(refund["amount"] for refund in refunds if refund["status"] in COUNTED)
    return {"amount_refunded": total, "refunded": total == charge["amount"]}


def _succeed(session: Session, refund: Document) -> None:
    send(session, refund, refund.get("_destination", "refund"))
    session.later("trace_refund", session.settings.delays.refund, refund=refund["id"])


def _give_up(session: Session, refund: Document, status: str, reason: str) -> None:
    """What left the balance comes back, and the charge has so much less refunded."""
    if refund["balance_transaction"]:
        came_back = balance.for_refund(session, refund, failed=True)
        refund["failure_balance_transaction"] = came_back["id"]
    refund |= {"status": status, "failure_reason": reason}
    session.save(refund)
    charge = session.get("charge", refund["charge"])
    session.save(charge | counted(session, charge))


def _destination(kind: str, reference_status: str) -> Document:
    """Which card refund it is at the bank; the key `reference` comes with the reference."""
    return {
        "card": {
            "reference_status": reference_status,
            "reference_type": "acquirer_reference_number",
            "type": kind,
        },
        "type": "card",
    }
