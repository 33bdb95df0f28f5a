"""Refunds: what may be given back, and how a refund settles."""

from fake_stripe.documents import Document, Params, previous_attributes, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import balance, disputes, radar
from fake_stripe.rules.metadata import merged
from fake_stripe.rules.money import display, too_low
from fake_stripe.rules.payment_methods import card_of
from fake_stripe.runtime.session import Session

_COUNTED = ("pending", "succeeded")


def create(session: Session, charge: Document, params: Params) -> Document:
    """Refund `params["amount"]` of the charge, or what is left of it.

    Raises ApiError 400 for more than is left.
    """
    amount = _checked(session, charge, params.get("amount"))
    card = card_of(session.get("payment_method", charge["payment_method"]))
    pending = card.refund == "pending"
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
    if pending:
        refund["pending_reason"] = "processing"
    else:
        refund["status"] = "succeeded"
        _pay_out(session, refund)
    session.store.insert(session.account, refund)
    session.emit("refund.created", refund)
    report, closed_by = {}, "refunded"
    if params.get("reason") == "fraudulent":
        report = {"fraud_details": {"user_report": "fraudulent"}}
        closed_by = "refunded_as_fraud"
    session.change(charge, "charge.refunded", **_counted(session, charge), **report)
    radar.close_review_of(session, charge, closed_by)
    if charge["refunded"]:
        radar.close_warnings(session, charge)
        disputes.close_inquiries(session, charge)
    fails = card.refund == "failed"
    delay = session.settings.delays.refund
    if pending or fails:
        session.later("finish_refund", delay, refund=refund["id"], fails=fails)
    else:
        session.later("trace_refund", delay, refund=refund["id"])
    return refund


def trace(session: Session, refund: Document) -> None:
    """The bank tells the reference by which the payer's bank can find a succeeded refund."""
    if refund["status"] == "succeeded":
        before = public(refund)
        refund["destination_details"] = _destination(reference=session.token(11).upper())
        session.save(refund)
        _tell(session, refund, previous_attributes(before, public(refund)))


def finish(session: Session, refund: Document, *, fails: bool) -> None:
    """A pending refund succeeds, or one that was pending or had succeeded fails."""
    before = public(refund)
    if fails:
        _fail(session, refund)
    elif refund["status"] == "pending":
        refund["status"] = "succeeded"
        refund.pop("pending_reason", None)
        _pay_out(session, refund)
        session.later("trace_refund", session.settings.delays.refund, refund=refund["id"])
    session.save(refund)
    _tell(session, refund, previous_attributes(before, public(refund)))
    if fails:
        session.emit("refund.failed", refund)


def update(session: Session, refund: Document, metadata: dict[str, str]) -> None:
    """Set the metadata and tell of it."""
    before = {"metadata": refund["metadata"]}
    refund["metadata"] = metadata
    session.save(refund)
    _tell(session, refund, previous_attributes(before, {"metadata": metadata}))


def _tell(session: Session, refund: Document, previous: Document) -> None:
    for event in ("refund.updated", "charge.refund.updated"):
        session.emit(event, refund, previous)


def not_cancelable(refund: Document) -> ApiError:
    """Only refunds that the payer has to take part in can be canceled, and none to a card is."""
    return ApiError(
        f"Refund {refund['id']} could not be canceled because it has a status of "
        f"{refund['status']}. Only a refund with the status requires_action may be canceled."
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


def _pay_out(session: Session, refund: Document) -> None:
    refund["balance_transaction"] = balance.for_refund(session, refund)["id"]
    refund["destination_details"] = _destination()


def _destination(reference: str | None = None) -> Document:
    """Which card refund it is at the bank; without its `reference` the key is not there yet."""
    known = {"reference_status": "pending"}
    if reference:
        known = {"reference": reference, "reference_status": "available"}
    return {
        "card": {**known, "reference_type": "acquirer_reference_number", "type": "refund"},
        "type": "card",
    }


def _fail(session: Session, refund: Document) -> None:
    if refund["balance_transaction"]:
        refund["failure_balance_transaction"] = balance.for_refund(session, refund, failed=True)[
            "id"
        ]
    refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
    refund.pop("pending_reason", None)
    session.save(refund)
    charge = session.get("charge", refund["charge"])
    session.save(charge | _counted(session, charge))


def _counted(session: Session, charge: Document) -> Document:
    """What the charge says of its refunds; what was authorised and never captured counts as one."""
    refunds = session.select("refund", "charge", charge["id"])
    let_go = charge["amount"] - charge["amount_captured"]
    total = let_go + sum(refund["amount"] for refund in refunds if refund["status"] in _COUNTED)
    return {"amount_refunded": total, "refunded": total == charge["amount"]}
