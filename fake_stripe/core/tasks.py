"""What Stripe does some time after a request: settle, dispute, warn, decide, pay out."""

import json
from collections.abc import Callable

from fake_stripe.core import retention
from fake_stripe.rules import balance, disputes, payments, payouts, radar, refund_ends
from fake_stripe.rules.payment_methods import card_of
from fake_stripe.runtime.session import Session


def settle_charge(session: Session, charge: str) -> None:
    """The balance transaction arrives; the first one starts the account's daily payouts."""
    document = session.get("charge", charge)
    card = card_of(session.get("payment_method", document["payment_method"]))
    transaction = balance.for_charge(session, document, card)
    session.change(document, "charge.updated", balance_transaction=transaction["id"])
    payouts.start_daily(session)


def expire_authorisation(session: Session, payment_intent: str) -> None:
    """Nobody captured it in time."""
    intent = session.get("payment_intent", payment_intent)
    if intent["status"] == "requires_capture":
        payments.cancel(session, intent, "automatic", told_by="charge.expired")


def open_dispute(session: Session, charge: str) -> None:
    """A card that disputes its payments does so; nothing where it is disputed already."""
    document = session.get("charge", charge)
    card = card_of(session.get("payment_method", document["payment_method"]))
    if card.dispute and not document["disputed"]:
        disputes.open_dispute(session, document, *card.dispute)


def warn_of_fraud(session: Session, charge: str) -> None:
    """The card network warns of the charge."""
    radar.warn(session, session.get("charge", charge))


def finish_refund(session: Session, refund: str, fails: bool) -> None:
    """A refund comes to the end that its card stands for."""
    document = session.get("refund", refund)
    if fails and document["status"] == "succeeded":
        refund_ends.finish(session, document, "fail")
    elif not fails and document["status"] == "pending":
        refund_ends.finish(session, document, "succeed")


def trace_refund(session: Session, refund: str) -> None:
    """The bank's reference for a refund becomes known."""
    refund_ends.trace(session, session.get("refund", refund))


def decide_dispute(session: Session, dispute: str, won: bool) -> None:
    """The bank gives its verdict; nothing where the dispute is closed by then."""
    document = session.get("dispute", dispute)
    if document["status"] in disputes.OPEN:
        disputes.decide(session, document, won=won)


def dispute_overdue(session: Session, dispute: str) -> None:
    """Nobody answered in time: an inquiry is closed, a chargeback is lost."""
    document = session.get("dispute", dispute)
    waiting = document["status"] in ("needs_response", "warning_needs_response")
    if waiting and document["evidence_details"]["due_by"] <= session.now:
        document["evidence_details"]["past_due"] = True
        disputes.accept(session, document)


def daily_payout(session: Session) -> None:
    """Pay out; events that have become too old go on the same occasion."""
    retention.forget_events(session)
    payouts.pay_out(session)
    payouts.schedule_next(session)


def payout_arrives(session: Session, payout: str) -> None:
    """The payout reaches the bank."""
    payouts.arrive(session, session.get("payout", payout))


_TASKS: dict[str, Callable[..., None]] = {
    task.__name__: task
    for task in (
        settle_charge, expire_authorisation, open_dispute, warn_of_fraud, finish_refund,
        trace_refund, decide_dispute, dispute_overdue, daily_payout, payout_arrives,
    )
}  # fmt: skip


def run(session: Session, name: str, arguments: str) -> None:
    """Run one scheduled task inside the caller's transaction; `arguments` is its JSON."""
    _TASKS[name](session, **json.loads(arguments))
