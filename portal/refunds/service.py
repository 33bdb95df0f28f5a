"""Reserving refunds, before Stripe hears of them, and what a payment's refunds come to."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Label, Row, ScalarSelect, Select, case, func, select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.references import new_reference
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, ON_ITS_WAY, RefundReason, RefundState, Sums


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
    found: Select[*tuple[Any, ...]] = select(*_totals()).where(Refund.payment_id == payment.id)
    return sums_from(payment.received, session.execute(found).one())


def sum_columns() -> tuple[Label[int], ...]:
    """For queries over payments: what `sums_from` reads; each is found by an index."""
    return tuple(
        select(total).where(Refund.payment_id == Payment.id).scalar_subquery().label(total.name)
        for total in _totals()
    )


def sums_from(received: int | None, row: Row[*tuple[Any, ...]]) -> Sums:
    """What has become of `received` minor units, from a row with `sum_columns`."""
    return Sums(
        received or 0, int(row.reserved), int(row.refunded), int(row.credited), int(row.awaiting)
    )


def refunded_of() -> ScalarSelect[int]:
    """For queries over payments: how much of each has come back, in minor units."""
    refunded = case((Refund.state == RefundState.SUCCEEDED, Refund.amount), else_=0)
    return select(_total(refunded)).where(Refund.payment_id == Payment.id).scalar_subquery()


def _totals() -> tuple[Label[int], ...]:
    on_its_way = Refund.state.in_(ON_ITS_WAY)
    succeeded = Refund.state == RefundState.SUCCEEDED
    awaiting = Refund.state == RefundState.AWAITING_APPROVAL
    return (
        _total(case((on_its_way, Refund.amount), else_=0)).label("reserved"),
        _total(case((succeeded, Refund.amount), else_=0)).label("refunded"),
        _total(Refund.credited.expression).label("credited"),
        _total(case((awaiting, Refund.amount), else_=0)).label("awaiting"),
    )


def _total(amount: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(amount), 0)


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
