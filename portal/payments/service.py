"""Paying a bill: one live payment per bill, every state taken from Stripe, never a lock across the
network.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import service as audit
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.payments import settle
from portal.payments.models import Payment
from portal.payments.rules import FINAL, UNCONFIRMED, PaymentState, is_abandoned
from portal.references import new_reference
from portal.stripe_gateway import (
    CancellationReason,
    ReplayedFailure,
    SeenIntent,
    StripeRefused,
    StripeUnavailable,
)

# Stripe keeps an idempotency key at least 24 h; an older draft is looked up, never sent again.
KEY_LIFETIME = timedelta(hours=23)
# Somebody always gets through: as many rounds as a person could open tabs.
FETCHES = 20
# Enough for Stripe to have answered a confirmation that begins when the form's button is pressed.
FIRST_LOOK = timedelta(seconds=10)


class NotPayable(Exception):
    """The bill is not open: paid, settled or withdrawn."""


@dataclass(frozen=True)
class Looked:
    """A payment just brought to Stripe's truth; `client_secret` where the payer may act on it."""

    ref: str
    state: PaymentState
    client_secret: str | None = None


def start(portal: Portal, bill_id: int) -> Looked:
    """The bill's one live payment, made at Stripe if need be, ready for the payer to confirm.

    Two calls at once, a repeat, or a crash in between come to the same PaymentIntent.
    Raises NotPayable, StripeUnavailable, StripeRefused.
    """
    looked = refresh(portal, _reserve(portal, bill_id))
    if looked.state is PaymentState.CANCELED:
        # Stripe cancels after too many confirmations; the bill gets a new PaymentIntent.
        looked = refresh(portal, _reserve(portal, bill_id))
        if looked.state is PaymentState.CANCELED:
            raise StripeUnavailable("Stripe answers every new PaymentIntent with the same failure")
    portal.wake(FIRST_LOOK)
    return looked


def refresh(portal: Portal, payment_id: int) -> Looked:
    """Fetch the PaymentIntent and apply it; an answer overtaken by another is fetched again.

    Raises StripeUnavailable (also when others keep overtaking), StripeRefused.
    """
    for _ in range(FETCHES):
        with portal.db.read() as session:
            known = session.get_one(Payment, payment_id)
            session.expunge(known)
        if known.due_at is None and known.state in (*FINAL, PaymentState.REVIEW):
            return Looked(known.ref, PaymentState(known.state))
        seen = _observe(portal, known)
        with portal.db.write() as session:
            # The bill first, always: everything that locks both takes them in this order.
            bill = session.get_one(Bill, known.bill_id, with_for_update=True)
            payment = session.get_one(Payment, payment_id, with_for_update=True)
            if payment.version != known.version:
                continue
            if seen is None:
                settle.abandon(session, payment)
            else:
                settle.apply(session, portal.settings, bill, payment, seen)
            state = PaymentState(payment.state)
        portal.wake(timedelta(0))
        return Looked(known.ref, state, seen.client_secret if seen and state not in FINAL else None)
    raise StripeUnavailable("the payment kept changing while it was fetched")


def live_payment_id(session: Session, bill_id: int) -> int | None:
    """The bill's payment outside canceled, if there is one."""
    return session.scalar(
        select(Payment.id).where(Payment.bill_id == bill_id, Payment.state != PaymentState.CANCELED)
    )


def latest_payment_id(session: Session, bill_id: int) -> int | None:
    """The bill's live payment, else its last one; None before the first."""
    return session.scalar(
        select(Payment.id).where(Payment.bill_id == bill_id).order_by(Payment.id.desc()).limit(1)
    )


def cancel_for_bill(portal: Portal, bill_id: int) -> bool:
    """Cancel at Stripe whatever nobody has paid yet; True when no live payment remains.

    Raises StripeUnavailable.
    """
    with portal.db.read() as session:
        payment_id = live_payment_id(session, bill_id)
    if payment_id is None:
        return True
    if refresh(portal, payment_id).state in UNCONFIRMED:
        _cancel(portal, payment_id, "requested_by_customer")
    return refresh(portal, payment_id).state is PaymentState.CANCELED


def look_after(portal: Portal, payment_id: int) -> None:
    """Bring a payment to Stripe's truth; one that its payer has abandoned is canceled there, and
    asked for no more.

    Raises StripeUnavailable, StripeRefused.
    """
    state = refresh(portal, payment_id).state
    with portal.db.read() as session:
        started_at = session.get_one(Payment, payment_id).started_at
    if is_abandoned(state, clock.now() - started_at):
        _cancel(portal, payment_id, "abandoned")
        refresh(portal, payment_id)


def _cancel(portal: Portal, payment_id: int, reason: CancellationReason) -> None:
    """Cancel at Stripe what was just seen unpaid there."""
    with portal.db.read() as session:
        stripe_id = session.get_one(Payment, payment_id).stripe_id
    if stripe_id is not None:
        # Refused when it was paid or is gone meanwhile: the next fetch says which.
        with suppress(StripeRefused):
            portal.gateway.cancel_intent(stripe_id, reason)


def _reserve(portal: Portal, bill_id: int) -> int:
    """The id of the bill's live payment, its row and key committed before Stripe hears of it."""
    try:
        with portal.db.write() as session:
            return _reserve_in(session, bill_id, clock.now())
    except IntegrityError:
        # Another request made it first; the unique index let only one through.
        with portal.db.write() as session:
            return _reserve_in(session, bill_id, clock.now())


def _reserve_in(session: Session, bill_id: int, now: datetime) -> int:
    bill = session.get_one(Bill, bill_id, with_for_update=True)
    live = live_payment_id(session, bill_id)
    if live is not None:
        payment = session.get_one(Payment, live, with_for_update=True)
        payment.started_at = now
        if payment.state not in (*FINAL, PaymentState.REVIEW):
            payment.due_at = now + FIRST_LOOK
        return live
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
        due_at=now + FIRST_LOOK,
    )
    session.add(payment)
    session.flush()
    audit.record(session, "payment.draft", "payment", payment.ref, amount=bill.total)
    return payment.id


def _observe(portal: Portal, known: Payment) -> SeenIntent | None:
    """Ask Stripe, with nothing locked; None when a draft never came to exist there."""
    if known.stripe_id is not None:
        return portal.gateway.fetch_intent(known.stripe_id)
    if clock.now() - known.created_at < KEY_LIFETIME:
        # A replayed failure is all that this key will ever answer: look for what it may have made.
        with suppress(ReplayedFailure):
            return portal.gateway.create_intent(
                known.ref, known.amount, known.currency, known.idempotency_key
            )
    return portal.gateway.find_intent(known.ref, known.created_at - timedelta(minutes=5))
