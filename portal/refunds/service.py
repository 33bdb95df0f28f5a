"""Reserving refunds, committed before Stripe hears of them."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.references import new_reference
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, RefundState


def open_refund(session: Session, payment_id: int) -> Refund | None:
    """A refund of the payment that is on its way or done."""
    return session.scalar(
        select(Refund)
        .where(Refund.payment_id == payment_id, Refund.state.not_in(CLOSED))
        .order_by(Refund.id)
        .limit(1)
    )


def reserve_all(session: Session, payment: Payment, user_id: int | None) -> Refund:
    """Reserve a refund of all that Stripe received for `payment` (locked).

    One that is on its way or done already is given back as it is.
    """
    known = open_refund(session, payment.id)
    if known is not None:
        return known
    now = clock.now()
    refund = Refund(
        ref=new_reference("REF"),
        payment_id=payment.id,
        idempotency_key=f"refund-{secrets.token_hex(16)}",
        state=RefundState.DRAFT,
        amount=payment.received,
        currency=payment.received_currency,
        requested_by=user_id,
        created_at=now,
        due_at=now,
    )
    session.add(refund)
    session.flush()
    audit.record(
        session,
        "refund.requested",
        "payment",
        payment.ref,
        user_id,
        refund=refund.ref,
        amount=refund.amount,
    )
    return refund
