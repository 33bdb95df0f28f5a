"""What follows from a refund: when it succeeds, and when a bank sends it back after all."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import RequestState
from portal.effects.credit_note import issue_credit_note
from portal.infrastructure import clock
from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.ledger.rules import Account
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund
from portal.refunds.rules import MoneyBack, RefundState, money_back
from portal.refunds.service import sums_of
from portal.settings import Settings

_ENDED = frozenset({RequestState.COMPLETED, RequestState.CANCELLED})


def follow(
    session: Session, settings: Settings, payment: Payment, refund: Refund, before: RefundState
) -> None:
    """All that a refund's new state brings with it. `payment` is locked, as is its bill."""
    session.flush()
    if refund.state is RefundState.SUCCEEDED:
        _succeeded(session, settings, payment, refund)
    elif before is RefundState.SUCCEEDED:
        lines = ledger_rules.refund_sent_back(refund.currency, refund.amount)
        ledger.post(session, refund.ref, "refund_sent_back", lines, clock.now())


def _succeeded(session: Session, settings: Settings, payment: Payment, refund: Refund) -> None:
    """Credit what was not credited before, and end what is refunded in full.

    What only repeats a refund that came back was credited then, and pays what is owed since.
    """
    happened_at = refund.happened_at or clock.now()
    sums = sums_of(session, payment)
    owed = max(0, sums.credited - (sums.refunded - refund.amount))
    repeated = min(refund.amount, owed)
    refund.credited = refund.amount - repeated
    _post(session, refund, "refund_repeated", repeated, Account.REFUNDS_OWED, happened_at)
    if payment.state is PaymentState.PAID:
        _credit(session, settings, payment, refund, happened_at)
    else:
        _post(session, refund, "refund", refund.credited, Account.SUSPENSE, happened_at)
    session.flush()
    if money_back(sums_of(session, payment)) is MoneyBack.FULL:
        _end(session, payment, refund)


def _credit(
    session: Session, settings: Settings, payment: Payment, refund: Refund, happened_at: datetime
) -> None:
    """Take the refund off the sale; what is beyond the invoice was received beyond the bill."""
    credited = 0
    if refund.credited:
        note = issue_credit_note(session, settings, payment, refund, refund.credited)
        if note is not None:
            credited = note.total
            lines = ledger_rules.credit_note(note.currency, note.net, note.tax)
            ledger.post(session, refund.ref, "credit_note", lines, happened_at)
    beyond = refund.credited - credited
    _post(session, refund, "refund", beyond, Account.PAYMENT_DIFFERENCE, happened_at)


def _post(
    session: Session,
    refund: Refund,
    kind: str,
    amount: int,
    account: Account,
    happened_at: datetime,
) -> None:
    if amount:
        lines = ledger_rules.refund_elsewhere(refund.currency, amount, account)
        ledger.post(session, refund.ref, kind, lines, happened_at)


def _end(session: Session, payment: Payment, refund: Refund) -> None:
    """All of it is refunded: the service is cancelled unless it was given, a review is over."""
    if payment.state is PaymentState.REVIEW:
        payment.state = PaymentState.CANCELED
        payment.version += 1
        payment.finish()
        audit.record(
            session,
            "payment.canceled",
            "payment",
            payment.ref,
            refund.requested_by,
            refund=refund.ref,
        )
        return
    request_id = session.get_one(Bill, payment.bill_id).service_request_id
    if payment.state is not PaymentState.PAID or request_id is None:
        return
    request = session.get_one(ServiceRequest, request_id, with_for_update=True)
    if request.state in _ENDED:
        return
    request.state = RequestState.CANCELLED
    request.changed_at = clock.now()
    audit.record(session, "request.cancelled", "request", request.ref, refund=refund.ref)
