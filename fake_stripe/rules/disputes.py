"""Disputes: opened by the bank, answered with evidence, decided by the bank."""

from fake_stripe.clock import DAY
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import balance, radar, refund_ends
from fake_stripe.runtime.session import Session

# Seconds.
TIME_TO_RESPOND = 9 * DAY
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
# By whether it is an inquiry, and whether the merchant won. A lost inquiry becomes a chargeback.
_VERDICTS = {(True, True): "warning_closed", (False, True): "won", (False, False): "lost"}
# By whether it is an inquiry.
_ACCEPTED = {True: "warning_closed", False: "lost"}
_REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def open_dispute(session: Session, charge: Document, reason: str, status: str) -> Document:
    """The payer's bank asks, or takes the money back at once.

    `status` is `warning_needs_response` for the first, `needs_response` for the second.
    """
    inquiry = status.startswith("warning")
    card = charge["payment_method_details"]["card"]
    dispute = session.draft("dispute")
    dispute |= {
        "amount": charge["amount_captured"],
        "charge": charge["id"],
        "currency": charge["currency"],
        "is_charge_refundable": inquiry,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": card["network"],
                "network_reason_code": _REASON_CODES.get(reason, "13.3"),
            },
            "type": "card",
        },
        "reason": reason,
        "status": status,
    }
    dispute["evidence_details"]["due_by"] = session.now + TIME_TO_RESPOND
    session.store.insert(session.account, dispute)
    session.emit("charge.dispute.created", dispute)
    session.change(charge, "charge.updated", disputed=True)
    radar.close_review_of(session, charge, "disputed")
    radar.close_warnings(session, charge)
    if not inquiry:
        _withdraw(session, dispute)
    session.later("dispute_overdue", TIME_TO_RESPOND, dispute=dispute["id"])
    return dispute


def already_closed(dispute: Document) -> ApiError:
    """400: there is nothing left to decide."""
    return ApiError(f"This dispute is already closed, with a status of {dispute['status']}.")


def has_evidence(dispute: Document) -> bool:
    """Whether any evidence is there, sent or not."""
    return any(value for name, value in dispute["evidence"].items() if name != "enhanced_evidence")


def submit(session: Session, dispute: Document) -> None:
    """The evidence goes to the bank.

    As in Stripe's test mode, `winning_evidence` and `losing_evidence` decide.
    """
    text = dispute["evidence"]["uncategorized_text"]
    dispute["evidence_details"]["submission_count"] += 1
    dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    if text in ("winning_evidence", "losing_evidence"):
        won = text == "winning_evidence"
        session.later(
            "decide_dispute", session.settings.delays.verdict, dispute=dispute["id"], won=won
        )


def decide(session: Session, dispute: Document, *, won: bool) -> None:
    """The bank's verdict. Raises ApiError 400 where there is nothing left to decide."""
    if dispute["status"] not in OPEN:
        raise already_closed(dispute)
    before = {"status": dispute["status"]}
    inquiry = dispute["status"].startswith("warning")
    if inquiry and not won:
        _escalate(session, dispute, before)
        return
    dispute["status"] = _VERDICTS[inquiry, won]
    dispute["is_charge_refundable"] = dispute["status"] == "warning_closed"
    session.save(dispute)
    session.emit("charge.dispute.updated", dispute, before)
    session.emit("charge.dispute.closed", dispute)
    if dispute["status"] == "won":
        _reinstate(session, dispute)


def _escalate(session: Session, dispute: Document, before: Document) -> None:
    """An inquiry that was not answered well becomes a chargeback."""
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    dispute["evidence_details"]["due_by"] = session.now + TIME_TO_RESPOND
    session.save(dispute)
    session.emit("charge.dispute.updated", dispute, before)
    _withdraw(session, dispute)
    session.later("dispute_overdue", TIME_TO_RESPOND, dispute=dispute["id"])


def close_inquiries(session: Session, charge: Document) -> None:
    """The charge was refunded in full, which is what the payer's bank wanted to know."""
    for dispute in session.select("dispute", "charge", charge["id"]):
        if dispute["status"] in OPEN and dispute["status"].startswith("warning"):
            decide(session, dispute, won=True)


def accept(session: Session, dispute: Document) -> None:
    """`close`: the merchant accepts that the dispute is lost.

    Raises ApiError 400 where it is closed already.
    """
    if dispute["status"] not in OPEN:
        raise already_closed(dispute)
    dispute["status"] = _ACCEPTED[dispute["status"].startswith("warning")]
    session.save(dispute)
    session.emit("charge.dispute.closed", dispute)


def _withdraw(session: Session, dispute: Document) -> None:
    transaction = balance.for_dispute(session, dispute)
    dispute["balance_transactions"] = [
        *dispute["balance_transactions"],
        public(transaction, session.now),
    ]
    session.save(dispute)
    session.emit("charge.dispute.funds_withdrawn", dispute)
    refund_ends.fail_pending(session, session.get("charge", dispute["charge"]))


def _reinstate(session: Session, dispute: Document) -> None:
    transaction = balance.for_dispute(session, dispute, won=True)
    dispute["balance_transactions"] = [
        *dispute["balance_transactions"],
        public(transaction, session.now),
    ]
    session.save(dispute)
    session.emit("charge.dispute.funds_reinstated", dispute)
