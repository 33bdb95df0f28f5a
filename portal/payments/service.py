"""A bill's payments: the one that counts now, and the row that is committed before Stripe hears."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.payments.rules import FINAL, PaymentState
from portal.references import new_reference

# Enough for Stripe to have answered a confirmation that begins when the form's button is pressed.
FIRST_POLL = timedelta(seconds=10)


class NotPayable(Exception):
    """The bill is not open: paid, settled or withdrawn."""


def reserve(portal: Portal, bill_id: int) -> int:
    """The id of the bill's current payment, its row and key committed before Stripe hears of it.

    Raises NotPayable.
    """
    try:
        with portal.db.write() as session:
            return _reserve(session, bill_id, clock.now())
    except IntegrityError:
        # Another request made it first; the unique index let only one through.
        with portal.db.write() as session:
            return _reserve(session, bill_id, clock.now())


def current_payment_id(session: Session, bill_id: int) -> int | None:
    """The bill's one payment that is not canceled, if there is one."""
    return session.scalar(
        select(Payment.id).where(Payment.bill_id == bill_id, Payment.state != PaymentState.CANCELED)
    )


def latest_payment_id(session: Session, bill_id: int) -> int | None:
    """The bill's current payment, else its last canceled one; None before the first."""
    return session.scalar(
        select(Payment.id).where(Payment.bill_id == bill_id).order_by(Payment.id.desc()).limit(1)
    )


def _reserve(session: Session, bill_id: int, now: datetime) -> int:
    bill = session.get_one(Bill, bill_id, with_for_update=True)
    current = current_payment_id(session, bill_id)
    if current is not None:
        payment = session.get_one(Payment, current, with_for_update=True)
        payment.started_at = now
        if payment.state not in (*FINAL, PaymentState.REVIEW):
            payment.due_at = now + FIRST_POLL
        return current
    if bill.state != BillState.OPEN:
        raise NotPayable(bill.state)
    payment = Payment(
        ref=new_reference("PAY"),
        bill_id=bill.id,
        patient_id=bill.patient_id,
        idempotency_key=f"payment-{secrets.token_hex(16)}",
        amount=bill.total,
        currency=bill.currency,
        state=PaymentState.DRAFT,
        created_at=now,
        started_at=now,
        due_at=now + FIRST_POLL,
    )
    session.add(payment)
    session.flush()
    audit.record(session, "payment.draft", "payment", payment.ref, amount=bill.total)
    return payment.id
