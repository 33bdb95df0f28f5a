"""Refunding a payment: an administrator asks, a second one agrees where it is much."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.context import Portal
from portal.exchange_rates.rules import in_pence
from portal.exchange_rates.service import find_last_rate
from portal.infrastructure import clock
from portal.money import MAXIMUM_CHARGE, STERLING
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import lock
from portal.refunds.models import Refund
from portal.refunds.rules import RefundReason, RefundState
from portal.refunds.service import NewRefund, reserve
from portal.settings import Settings
from portal.stripe_api.errors import StripeRefused, StripeUnavailable
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.refunds import sync_refund, sync_refunds_of


class NotRefundable(Exception):
    """The payment is not one that can be refunded; nothing was changed."""


class NotYours(Exception):
    """A second administrator has to decide, not the one who asked."""


def refund(
    portal: Portal, ref: str, amount: int, reason: RefundReason, note: str, user_id: int
) -> Refund:
    """Reserve a refund of `amount` minor units and ask Stripe for it, unless it has to be approved.

    The refund as it then stands: a draft where Stripe did not answer, which the worker sends.
    Stripe is asked first what it has, so that a refund made in its dashboard is known. Raises
    NotRefundable, portal.refunds.service.TooMuch, and StripeUnavailable or StripeRefused with
    nothing reserved.
    """
    payment_id = _synced(portal, ref)
    with portal.db.write() as session:
        payment = _locked(session, payment_id)
        wanted = NewRefund(
            amount,
            reason,
            note=note or None,
            user_id=user_id,
            needs_approval=_needs_approval(session, portal.settings, payment, amount),
        )
        reserved = reserve(session, payment, wanted)
        refund_id, state = reserved.id, reserved.state
    if state is RefundState.DRAFT:
        _send(portal, payment_id, refund_id)
    return _read(portal, refund_id)


def approve(portal: Portal, ref: str, user_id: int) -> Refund:
    """Agree to a refund that another administrator asked for, and send it.

    A draft where Stripe did not answer, which the worker sends. Raises NotYours, and NotRefundable
    where it waits no more.
    """
    with portal.db.write() as session:
        waiting = _waiting(session, ref)
        if waiting is None:
            raise NotRefundable
        if waiting.requested_by == user_id:
            raise NotYours
        waiting.state = RefundState.DRAFT
        waiting.approved_by = user_id
        # Its key is young from now on: Stripe hears of it for the first time.
        waiting.created_at = waiting.due_at = clock.now()
        waiting.version += 1
        _note(session, waiting, "refund.approved", user_id)
        payment_id, refund_id = waiting.payment_id, waiting.id
    _send(portal, payment_id, refund_id)
    return _read(portal, refund_id)


def decline(portal: Portal, ref: str, user_id: int) -> Refund:
    """Take back a refund that waits for approval; whoever asked may, and anybody who may approve.

    Raises NotRefundable where it waits no more.
    """
    with portal.db.write() as session:
        waiting = _waiting(session, ref)
        if waiting is None:
            raise NotRefundable
        waiting.state = RefundState.CANCELED
        waiting.version += 1
        waiting.finish()
        _note(session, waiting, "refund.declined", user_id)
        refund_id = waiting.id
    return _read(portal, refund_id)


def _send(portal: Portal, payment_id: int, refund_id: int) -> None:
    """Ask Stripe now; where it does not answer, the worker goes on asking."""
    with suppress(StripeUnavailable, StripeRefused):
        if sync_refund(portal, refund_id) is RefundState.FAILED:
            # Stripe may have refused because of a refund that we do not know.
            sync_refunds_of(portal, payment_id)
    portal.wake(timedelta(0))


def _synced(portal: Portal, ref: str) -> int:
    """The id of the payment of that reference, brought to Stripe's truth with its refunds."""
    with portal.db.read() as session:
        payment_id = session.scalar(select(Payment.id).where(Payment.ref == ref))
    if payment_id is None:
        raise NotRefundable
    sync_payment(portal, payment_id)
    sync_refunds_of(portal, payment_id)
    return payment_id


def _locked(session: Session, payment_id: int) -> Payment:
    """The payment, locked after its bill. Raises NotRefundable."""
    _bill, payment = lock(session, payment_id)
    if payment.state is not PaymentState.PAID:
        raise NotRefundable
    return payment


def _waiting(session: Session, ref: str) -> Refund | None:
    """The refund of that reference, locked after its payment, while it waits for approval."""
    payment_id = session.scalar(select(Refund.payment_id).where(Refund.ref == ref))
    if payment_id is None:
        return None
    lock(session, payment_id)
    refund = session.scalars(select(Refund).where(Refund.ref == ref).with_for_update()).one()
    return refund if refund.state is RefundState.AWAITING_APPROVAL else None


def _needs_approval(session: Session, settings: Settings, payment: Payment, amount: int) -> bool:
    """Whether it is above the limit, in pounds by the last rate that is known; a currency without
    any counts as above it.
    """
    limit = settings.approval_limit
    if limit >= MAXIMUM_CHARGE:
        return False
    currency = payment.received_currency or payment.currency
    if currency == STERLING:
        return amount > limit
    today = clock.local_date(clock.now(), settings.business_timezone)
    rate = find_last_rate(session, currency, today)
    return rate is None or in_pence(amount, currency, rate.units_per_pound) > limit


def _note(session: Session, refund: Refund, action: str, user_id: int) -> None:
    payment = session.get_one(Payment, refund.payment_id)
    audit.record(
        session, action, "payment", payment.ref, user_id, refund=refund.ref, amount=refund.amount
    )


def _read(portal: Portal, refund_id: int) -> Refund:
    with portal.db.read() as session:
        found = session.get_one(Refund, refund_id)
        session.expunge(found)
    return found
