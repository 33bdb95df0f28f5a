"""A bill's payments: the one that counts now, and the row that is committed before Stripe hears."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import CheckoutRecord, Payment
from portal.payments.rules import FINAL, GONE, PaymentState, is_gone
from portal.references import new_reference

# Enough for Stripe to have answered a confirmation that begins when the form's button is pressed.
FIRST_POLL = timedelta(seconds=10)


# Which version of what the checkout page promises and asks.
TERMS_VERSION = "2026-11"


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


@dataclass(frozen=True)
class Checkout:
    """Who pressed Pay: evidence for a dispute. `shown_total` in minor units of `currency`."""

    ip_address: str
    user_agent: str
    shown_total: int
    currency: str


def record_checkout(portal: Portal, payment_id: int, checkout: Checkout) -> None:
    """Keep that somebody pressed Pay, and what they were shown."""
    with portal.db.write() as session:
        session.add(
            CheckoutRecord(
                payment_id=payment_id,
                at=clock.now(),
                ip_address=checkout.ip_address[:45],
                user_agent=checkout.user_agent[:300],
                shown_total=checkout.shown_total,
                currency=checkout.currency,
                terms_version=TERMS_VERSION,
            )
        )


def is_current() -> ColumnElement[bool]:
    """For queries: the payment counts for its bill.

    One that is canceled does not, nor one that Stripe no longer has.
    """
    return and_(
        Payment.state != PaymentState.CANCELED,
        or_(Payment.state != PaymentState.REVIEW, func.coalesce(Payment.error_code, "") != GONE),
    )


def lock(session: Session, payment_id: int) -> tuple[Bill, Payment]:
    """The payment's bill and the payment, locked in this order: everything that locks both does so,
    and a refund or document of the payment only after them.
    """
    bill_id = session.scalars(select(Payment.bill_id).where(Payment.id == payment_id)).one()
    bill = session.get_one(Bill, bill_id, with_for_update=True)
    return bill, session.get_one(Payment, payment_id, with_for_update=True)


def close_gone(session: Session, bill_id: int) -> bool:
    """Cancel a payment of the bill that Stripe no longer has, so that another can take its place.

    Whether there was one. The bill is locked here.
    """
    session.get_one(Bill, bill_id, with_for_update=True)
    payment_id = current_payment_id(session, bill_id)
    if payment_id is None:
        return False
    payment = session.get_one(Payment, payment_id, with_for_update=True)
    if not is_gone(payment.state, payment.error_code):
        return False
    payment.state = PaymentState.CANCELED
    payment.version += 1
    payment.finish()
    audit.record(session, "payment.canceled", "payment", payment.ref, reason=GONE)
    return True


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
    if close_gone(session, bill_id):
        session.flush()
    current = current_payment_id(session, bill_id)
    if current is not None:
        payment = session.get_one(Payment, current, with_for_update=True)
        payment.started_at = now
        if payment.state not in (*FINAL, PaymentState.REVIEW):
            payment.due_at = now + FIRST_POLL
        return current
    if bill.state is not BillState.OPEN:
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
        dated_at=now,
        started_at=now,
        due_at=now + FIRST_POLL,
    )
    session.add(payment)
    session.flush()
    audit.record(session, "payment.draft", "payment", payment.ref, amount=bill.total)
    return payment.id
