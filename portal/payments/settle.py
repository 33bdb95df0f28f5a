"""Applying what Stripe said of a PaymentIntent: everything that follows, in the caller's one
transaction.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.documents.service import create_receipt_link, issue_invoice
from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.mail.messages import write_receipt
from portal.patients.models import Patient
from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.payments.rules import PaymentState, Verdict, judge, next_look
from portal.settings import Settings
from portal.stripe_gateway import SeenBalanceTransaction, SeenCharge, SeenIntent


def apply(
    session: Session, settings: Settings, bill: Bill, payment: Payment, seen: SeenIntent
) -> None:
    """Bring `payment` (locked, as is its bill) to what was `seen`, and book what follows from it.

    Applying the same observation twice changes nothing but the version.
    """
    before = PaymentState(payment.state)
    verdict = _verdict(bill, payment, seen)
    payment.stripe_id = seen.stripe_id
    payment.state = verdict.state
    payment.error_code = seen.error_code
    payment.review_reason = verdict.reason or payment.review_reason
    payment.version += 1
    if seen.charge:
        _record_attempt(session, payment, seen.charge)
    if verdict.state is not before:
        reason = verdict.reason or seen.cancellation_reason
        audit.record(
            session,
            f"payment.{verdict.state}",
            "payment",
            payment.ref,
            stripe_id=seen.stripe_id,
            reason=reason,
        )
        if verdict.state is PaymentState.PAID:
            _settle(session, settings, bill, payment)
    fee_known = False
    if verdict.state is PaymentState.PAID and seen.charge and seen.charge.balance_transaction:
        _record_balance(session, payment, seen.charge.balance_transaction)
        fee_known = True
    pause = next_look(verdict.state, clock.now() - payment.started_at, fee_known)
    payment.finish(due_at=None if pause is None else clock.now() + pause)


def abandon(session: Session, payment: Payment) -> None:
    """Close a draft for which nothing exists at Stripe; the bill's next payment gets a new key."""
    payment.state = PaymentState.CANCELED
    payment.version += 1
    payment.finish()
    audit.record(session, "payment.canceled", "payment", payment.ref)


def _verdict(bill: Bill, payment: Payment, seen: SeenIntent) -> Verdict:
    current = PaymentState(payment.state)
    if seen.payment_ref != payment.ref:
        return Verdict(PaymentState.REVIEW, "the PaymentIntent's metadata names another payment")
    verdict = judge(
        current,
        amount=payment.amount,
        currency=payment.currency,
        status=seen.status,
        seen_amount=seen.amount,
        seen_currency=seen.currency,
        received=seen.amount_received,
    )
    if (
        verdict.state is PaymentState.PAID
        and current is not PaymentState.PAID
        and bill.state != BillState.OPEN
    ):
        return Verdict(PaymentState.REVIEW, f"paid, but the bill is {bill.state}")
    return verdict


def _record_attempt(session: Session, payment: Payment, charge: SeenCharge) -> None:
    attempt = session.scalar(select(Attempt).where(Attempt.stripe_id == charge.stripe_id))
    if attempt is None:
        attempt = Attempt(
            payment_id=payment.id, stripe_id=charge.stripe_id, created_at=charge.created_at
        )
        session.add(attempt)
    attempt.status = charge.status
    attempt.amount = charge.amount
    attempt.failure_code = charge.failure_code
    payment.brand, payment.last4, payment.wallet = charge.brand, charge.last4, charge.wallet


def _settle(session: Session, settings: Settings, bill: Bill, payment: Payment) -> None:
    moment = clock.now()
    payment.paid_at = moment
    bill.state = BillState.PAID
    bill.closed_at = moment
    if bill.service_request_id is not None:
        request = session.get_one(ServiceRequest, bill.service_request_id, with_for_update=True)
        request.state = RequestState.ACTIVE
        request.changed_at = moment
        audit.record(session, "request.active", "request", request.ref)
    ledger.post(
        session,
        payment.ref,
        "settlement",
        ledger_rules.settlement(bill.currency, bill.net, bill.tax),
    )
    issue_invoice(session, settings, bill, payment)
    recipient = session.scalar(
        select(User.email)
        .join(Patient, Patient.user_id == User.id)
        .where(Patient.id == bill.patient_id)
    )
    if recipient is not None:
        write_receipt(session, settings, payment, create_receipt_link(session, payment), recipient)


def _record_balance(session: Session, payment: Payment, seen: SeenBalanceTransaction) -> None:
    known = select(BalanceTransaction.id).where(BalanceTransaction.stripe_id == seen.stripe_id)
    if session.scalar(known) is not None:
        return
    session.add(
        BalanceTransaction(
            stripe_id=seen.stripe_id,
            payment_id=payment.id,
            currency=seen.currency,
            amount=seen.amount,
            fee=seen.fee,
            net=seen.net,
            exchange_rate=seen.exchange_rate,
            created_at=seen.created_at,
        )
    )
    lines = ledger_rules.balance(
        payment.currency, payment.amount, seen.currency, seen.amount, seen.fee
    )
    ledger.post(session, seen.stripe_id, "balance", lines)
