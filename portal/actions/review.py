"""Ending a payment's review: an administrator accepts it, refunds all of it, or closes it."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.effects import held_for_review, paid
from portal.infrastructure import clock
from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.payments.models import Attempt, Payment
from portal.payments.rules import PaymentState, Review, Way, is_gone, ways_out
from portal.payments.service import lock
from portal.refunds.service import open_refund, reserve_all
from portal.stripe_api.errors import StripeRefused
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.refunds import sync_refund


class NotPossible(Exception):
    """The review has ended, or cannot end in this way any more; nothing was changed."""


def review_of(session: Session, bill: Bill, payment: Payment) -> Review:
    """The facts that decide how a payment in review can end."""
    return Review(
        received=payment.received or 0,
        received_currency=payment.received_currency,
        currency=bill.currency,
        bill_is_open=bill.state is BillState.OPEN,
        refunding=open_refund(session, payment.id) is not None,
    )


def accept(portal: Portal, ref: str, user_id: int) -> None:
    """Take what Stripe received as the bill's payment; a difference is booked as such.

    Raises NotPossible, StripeUnavailable, StripeRefused.
    """
    payment_id = _synced(portal, ref)
    with portal.db.write() as session:
        bill, payment = _locked(session, payment_id, Way.ACCEPT)
        received, currency = payment.received or 0, payment.received_currency or bill.currency
        happened_at = _charged_at(session, payment)
        payment.state = PaymentState.PAID
        payment.version += 1
        payment.due_at = clock.now()
        held_for_review.explain(session, payment, happened_at)
        paid.follow(session, portal.settings, bill, payment, happened_at)
        lines = ledger_rules.difference(currency, received, bill.total)
        if lines:
            ledger.post(session, payment.ref, "difference", lines, happened_at)
        _record(session, payment, "payment.accepted", user_id, happened_at)
    portal.wake(timedelta(0))


def refund_all(portal: Portal, ref: str, user_id: int) -> None:
    """Send back all that Stripe received; the review ends when the refund has succeeded.

    Raises NotPossible, StripeUnavailable, StripeRefused.
    """
    payment_id = _synced(portal, ref)
    with portal.db.write() as session:
        _, payment = _locked(session, payment_id, Way.REFUND)
        refund_id = reserve_all(session, payment, user_id).id
    sync_refund(portal, refund_id)
    portal.wake(timedelta(0))


def close(portal: Portal, ref: str, user_id: int) -> None:
    """Close a payment that is not ours, or that Stripe never took money for.

    Money that Stripe has stays booked as unexplained. Raises NotPossible, StripeUnavailable,
    StripeRefused.
    """
    payment_id = _synced(portal, ref)
    with portal.db.read() as session:
        payment = session.get_one(Payment, payment_id)
        unpaid = not payment.received and not is_gone(payment.state, payment.error_code)
        stripe_id = payment.stripe_id
    if unpaid and stripe_id is not None:
        # Refused when it is canceled already, or was paid just now: then it is looked at again.
        with suppress(StripeRefused):
            portal.stripe.payment_intents.cancel(stripe_id, "requested_by_customer")
        sync_payment(portal, payment_id)
    with portal.db.write() as session:
        _, payment = _locked(session, payment_id, Way.CLOSE)
        if unpaid and payment.received:
            raise NotPossible
        payment.state = PaymentState.CANCELED
        payment.version += 1
        payment.finish()
        _record(session, payment, "payment.closed", user_id)


def _synced(portal: Portal, ref: str) -> int:
    """The id of the payment of that reference, brought to Stripe's truth."""
    with portal.db.read() as session:
        payment_id = session.scalar(select(Payment.id).where(Payment.ref == ref))
    if payment_id is None:
        raise NotPossible
    sync_payment(portal, payment_id)
    return payment_id


def _locked(session: Session, payment_id: int, way: Way) -> tuple[Bill, Payment]:
    """The bill and the payment, locked. Raises NotPossible."""
    bill, payment = lock(session, payment_id)
    if payment.state is not PaymentState.REVIEW:
        raise NotPossible
    if way not in ways_out(review_of(session, bill, payment)):
        raise NotPossible
    return bill, payment


def _charged_at(session: Session, payment: Payment) -> datetime:
    charged = session.scalar(
        select(Attempt.happened_at)
        .where(Attempt.payment_id == payment.id, Attempt.status == "succeeded")
        .order_by(Attempt.happened_at.desc())
        .limit(1)
    )
    return charged or clock.now()


def _record(
    session: Session,
    payment: Payment,
    action: str,
    user_id: int,
    happened_at: datetime | None = None,
) -> None:
    audit.record(
        session,
        action,
        "payment",
        payment.ref,
        user_id,
        happened_at=happened_at,
        stripe_id=payment.stripe_id,
        received=payment.received,
    )
