"""Disputes: opened by the bank, decided by it, reversed, appealed, accepted."""

from fake_stripe.clock import DAY
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import balance, radar, refund_ends
from fake_stripe.runtime.session import Session

# Seconds.
TIME_TO_RESPOND = 9 * DAY
# Those that a merchant can answer, and those that wait for the bank.
TO_ANSWER = ("needs_response", "warning_needs_response", "appeal_needs_response")
OPEN = (*TO_ANSWER, "under_review", "warning_under_review", "appeal_under_review")
# Those that leave, or leave again, the money with the merchant.
_WITHOUT_LOSS = ("won", "warning_closed")
# How a dispute can begin, and which kind of case that is to the card network.
CASES = {
    "needs_response": "chargeback",
    "warning_needs_response": "inquiry",
    "prevented": "resolution",
}
# By whether it is an inquiry.
_ACCEPTED = {True: "warning_closed", False: "lost"}
_REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def open_dispute(
    session: Session, charge: Document, reason: str, status: str, amount: int | None = None
) -> Document:
    """The payer's bank asks, or takes back `amount` (all that is not disputed yet) at once.

    `status` is one of `CASES`: an inquiry asks, a prevented dispute is over as it begins. Raises
    ApiError 400 for more than is left to dispute.
    """
    amount = _checked(session, charge, amount)
    dispute = session.draft("dispute")
    dispute |= {
        "amount": amount,
        "charge": charge["id"],
        "currency": charge["currency"],
        "is_charge_refundable": _is_inquiry(status),
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _card(charge, reason, CASES[status]),
        "reason": reason,
        "status": status,
    }
    dispute["evidence_details"]["due_by"] = 0
    if status in TO_ANSWER:
        _await_answer(session, dispute)
    session.store.insert(session.account, dispute)
    session.emit("charge.dispute.created", dispute)
    if not charge["disputed"]:
        session.change(charge, "charge.updated", disputed=True)
    radar.close_review_of(session, charge, "disputed")
    radar.update_warnings(session, charge)
    if not _is_inquiry(status):
        # Only a chargeback costs a fee.
        _withdraw(session, dispute, has_fee=status != "prevented")
    return dispute


def left_to_dispute(charge: Document, disputes: list[Document]) -> int:
    """What none of the charge's disputes has taken or can still take, in minor units."""
    taken = [one["amount"] for one in disputes if one["status"] not in _WITHOUT_LOSS]
    left: int = charge["amount_captured"] - sum(taken)
    return left


def is_charged_back(disputes: list[Document]) -> bool:
    """Whether one of a charge's disputes stands in the way of refunds."""
    return any(not one["is_charge_refundable"] and one["status"] != "won" for one in disputes)


def already_closed(dispute: Document) -> ApiError:
    """400: there is nothing left to decide."""
    return ApiError(f"This dispute is already closed, with a status of {dispute['status']}.")


def decide(session: Session, dispute: Document, *, won: bool) -> None:
    """The bank's verdict. Raises ApiError 400 where there is nothing left to decide."""
    if dispute["status"] not in OPEN:
        raise already_closed(dispute)
    inquiry = _is_inquiry(dispute["status"])
    if inquiry and not won:
        _escalate(session, dispute)
    elif inquiry:
        _close(session, dispute, "warning_closed")
    elif won:
        _close(session, dispute, "won")
        _reinstate(session, dispute)
    else:
        _close(session, dispute, "lost")


def reverse(session: Session, dispute: Document) -> None:
    """The bank changes its verdict, and the money goes the other way, without a further fee.

    Raises ApiError 400 where there is no verdict, and where the money was disputed again since.
    """
    if dispute["status"] == "won":
        _checked(session, session.get("charge", dispute["charge"]), dispute["amount"])
        _close(session, dispute, "lost")
        _withdraw(session, dispute, has_fee=False)
    elif dispute["status"] == "lost":
        _close(session, dispute, "won")
        _reinstate(session, dispute)
    else:
        raise ApiError(f"This dispute is neither won nor lost: {dispute['status']}.")


def allow_appeal(session: Session, dispute: Document) -> None:
    """The merchant may appeal against the verdict. Raises ApiError 400 where it is not lost."""
    if dispute["status"] != "lost":
        raise ApiError(f"This dispute is not lost: {dispute['status']}.")
    _await_answer(session, dispute)
    _tell(session, dispute, "appeal_needs_response")


def close_inquiries(session: Session, charge: Document) -> None:
    """The charge was refunded in full, which is what the payer's bank wanted to know."""
    for dispute in session.select("dispute", "charge", charge["id"]):
        if dispute["status"] in OPEN and _is_inquiry(dispute["status"]):
            decide(session, dispute, won=True)


def accept(session: Session, dispute: Document) -> None:
    """`close`: the merchant accepts that the dispute is lost.

    Raises ApiError 400 where it is closed already.
    """
    if dispute["status"] not in OPEN:
        raise already_closed(dispute)
    dispute["status"] = _ACCEPTED[_is_inquiry(dispute["status"])]
    session.save(dispute)
    session.emit("charge.dispute.closed", dispute)


def _checked(session: Session, charge: Document, amount: int | None) -> int:
    left = left_to_dispute(charge, session.select("dispute", "charge", charge["id"]))
    if charge["status"] != "succeeded" or not charge["captured"] or left < 1:
        raise ApiError(
            "Only a charge that succeeded and is not disputed in full can be disputed.",
            param="charge",
        )
    if amount is not None and amount > left:
        raise ApiError(f"Only {left} is left to dispute, in minor units.", param="amount")
    return left if amount is None else amount


def _is_inquiry(status: str) -> bool:
    return status.startswith("warning")


def _card(charge: Document, reason: str, case: str) -> Document:
    card = charge["payment_method_details"]["card"]
    return {
        "card": {
            "brand": card["brand"],
            "case_type": case,
            "network": card["network"],
            "network_reason_code": _REASON_CODES.get(reason, "13.3"),
        },
        "type": "card",
    }


def _await_answer(session: Session, dispute: Document) -> None:
    """From now on the merchant has its time to respond."""
    dispute["evidence_details"]["due_by"] = session.now + TIME_TO_RESPOND
    session.later("dispute_overdue", TIME_TO_RESPOND, dispute=dispute["id"])


def _tell(session: Session, dispute: Document, status: str) -> None:
    before = {"status": dispute["status"]}
    dispute["status"] = status
    session.save(dispute)
    session.emit("charge.dispute.updated", dispute, before)


def _close(session: Session, dispute: Document, status: str) -> None:
    dispute["is_charge_refundable"] = status == "warning_closed"
    _tell(session, dispute, status)
    session.emit("charge.dispute.closed", dispute)


def _escalate(session: Session, dispute: Document) -> None:
    """An inquiry that was not answered well becomes a chargeback."""
    dispute["is_charge_refundable"] = False
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    _await_answer(session, dispute)
    _tell(session, dispute, "needs_response")
    _withdraw(session, dispute, has_fee=True)


def _withdraw(session: Session, dispute: Document, *, has_fee: bool) -> None:
    """The money leaves; refunds of the charge that are on their way do not arrive."""
    _book(session, dispute, balance.for_dispute(session, dispute, has_fee=has_fee))
    session.emit("charge.dispute.funds_withdrawn", dispute)
    refund_ends.fail_pending(session, session.get("charge", dispute["charge"]))


def _reinstate(session: Session, dispute: Document) -> None:
    _book(session, dispute, balance.for_dispute(session, dispute, won=True))
    session.emit("charge.dispute.funds_reinstated", dispute)


def _book(session: Session, dispute: Document, transaction: Document) -> None:
    booked = public(transaction, session.now)
    dispute["balance_transactions"] = [*dispute["balance_transactions"], booked]
    session.save(dispute)
