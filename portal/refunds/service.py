"""Reserving refunds, before Stripe hears of them, and what a payment's refunds come to."""

import secrets
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.references import new_reference
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, RefundReason, RefundState, Sums


class TooMuch(Exception):
    """More than can still be refunded; `available` is that, in minor units."""

    def __init__(self, available: int) -> None:
        super().__init__(f"{available} available")
        self.available = available


@dataclass(frozen=True)
class NewRefund:
    """What the office wants refunded: minor units of the currency the payment was made in.

    `note` is for the office alone.
    """

    amount: int
    reason: RefundReason
    note: str | None = None
    user_id: int | None = None
    needs_approval: bool = False


def sums_of(session: Session, payment: Payment) -> Sums:
    """What has become of the payment's money, summed over its refunds."""
    succeeded = Refund.state == RefundState.SUCCEEDED
    reserved = Refund.state.not_in({*CLOSED, RefundState.SUCCEEDED})
    row = session.execute(
        select(
            func.coalesce(func.sum(case((reserved, Refund.amount), else_=0)), 0),
            func.coalesce(func.sum(case((succeeded, Refund.amount), else_=0)), 0),
            func.coalesce(func.sum(Refund.credited), 0),
        ).where(Refund.payment_id == payment.id)
    ).one()
    return Sums(payment.received or 0, *(int(total) for total in row))


def open_refund(session: Session, payment_id: int) -> Refund | None:
    """A refund of the payment that is on its way or done."""
    return session.scalar(
        select(Refund)
        .where(Refund.payment_id == payment_id, Refund.state.not_in(CLOSED))
        .order_by(Refund.id)
        .limit(1)
    )


def reserve(session: Session, payment: Payment, wanted: NewRefund) -> Refund:
    """Reserve a refund of `payment` (locked); Stripe hears of it when its job runs.

    Raises TooMuch where less is available, and ValueError for an amount that is not above 0.
    """
    if wanted.amount < 1:
        raise ValueError("a refund is above 0")
    available = sums_of(session, payment).available
    if wanted.amount > available:
        raise TooMuch(available)
    now = clock.now()
    refund = Refund(
        ref=new_reference("REF"),
        payment_id=payment.id,
        idempotency_key=f"refund-{secrets.token_hex(16)}",
        state=RefundState.DRAFT,
        amount=wanted.amount,
        currency=payment.received_currency or payment.currency,
        reason=wanted.reason,
        note=wanted.note,
        requested_by=wanted.user_id,
        created_at=now,
        due_at=now,
    )
    if wanted.needs_approval:
        refund.state, refund.due_at = RefundState.AWAITING_APPROVAL, None
    session.add(refund)
    session.flush()
    audit.record(
        session,
        "refund.requested",
        "payment",
        payment.ref,
        wanted.user_id,
        refund=refund.ref,
        amount=refund.amount,
        reason=refund.reason,
    )
    return refund


def reserve_all(session: Session, payment: Payment, user_id: int | None) -> Refund:
    """Reserve a refund of all that is left of what Stripe received for `payment` (locked).

    Where nothing is left, the refund that is on its way or done is given back as it is.
    """
    available = sums_of(session, payment).available
    known = open_refund(session, payment.id)
    if known is not None and not available:
        return known
    wanted = NewRefund(available, RefundReason.MISTAKE, user_id=user_id)
    return reserve(session, payment, wanted)
