"""How a payment follows its PaymentIntent."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.effects import balance, paid
from portal.infrastructure import clock
from portal.payments.models import Attempt, Payment
from portal.payments.rules import FINAL, PaymentState, Verdict, judge, next_poll
from portal.settings import Settings
from portal.stripe_api.charges import SeenCharge
from portal.stripe_api.errors import ReplayedFailure
from portal.stripe_api.payment_intents import SeenIntent
from portal.stripe_sync.sync import sync

# Stripe keeps an idempotency key at least 24 h; an older draft is looked up, never sent again.
KEY_LIFETIME = timedelta(hours=23)


@dataclass(frozen=True)
class Synced:
    """A payment just brought to Stripe's truth; `client_secret` where the payer may act on it."""

    ref: str
    state: PaymentState
    client_secret: str | None = None


def sync_payment(portal: Portal, payment_id: int) -> Synced:
    """Bring a payment to Stripe's truth. Raises StripeUnavailable, StripeRefused."""
    seen = sync(portal, FOLLOWER, payment_id)
    with portal.db.read() as session:
        payment = session.get_one(Payment, payment_id)
        state = PaymentState(payment.state)
        if seen is None or state in FINAL:
            return Synced(payment.ref, state)
        return Synced(payment.ref, state, seen.client_secret)


class PaymentFollower:
    """The Follower of payments."""

    def known(self, session: Session, row_id: int) -> Payment:
        return session.get_one(Payment, row_id)

    def is_final(self, row: Payment) -> bool:
        return row.due_at is None and row.state in (*FINAL, PaymentState.REVIEW)

    def fetch(self, portal: Portal, row: Payment) -> SeenIntent | None:
        """None where a draft never came to exist at Stripe."""
        intents = portal.stripe.payment_intents
        if row.stripe_id is not None:
            return intents.fetch(row.stripe_id)
        if clock.now() - row.created_at < KEY_LIFETIME:
            # A replayed failure is all that this key will ever answer: find what it may have made.
            with suppress(ReplayedFailure):
                return intents.create(row.ref, row.amount, row.currency, row.idempotency_key)
        return intents.find(row.ref, row.created_at - timedelta(minutes=5))

    def lock(self, session: Session, row: Payment) -> Payment:
        """The bill first, always: everything that locks both takes them in this order."""
        session.get_one(Bill, row.bill_id, with_for_update=True)
        return session.get_one(Payment, row.id, with_for_update=True)

    def apply(
        self, session: Session, settings: Settings, row: Payment, seen: SeenIntent | None
    ) -> None:
        if seen is None:
            _close_draft(session, row)
        else:
            apply_intent(session, settings, row, seen)


FOLLOWER = PaymentFollower()


def apply_intent(session: Session, settings: Settings, payment: Payment, seen: SeenIntent) -> None:
    """Bring `payment` (locked, as is its bill) to what was `seen`, and book what follows from it.

    Applying the same observation twice changes nothing.
    """
    bill = session.get_one(Bill, payment.bill_id)
    before = PaymentState(payment.state)
    verdict = _verdict(bill, payment, seen)
    payment.stripe_id = seen.stripe_id
    payment.state = verdict.state
    payment.error_code = seen.error_code
    payment.review_reason = verdict.reason or payment.review_reason
    if seen.charge:
        _record_attempt(session, payment, seen.charge)
    if verdict.state is not before:
        _record_change(session, payment, seen, verdict)
        if verdict.state is PaymentState.PAID:
            paid.follow(session, settings, bill, payment)
    fee_known = verdict.state is PaymentState.PAID and _record_balance(session, payment, seen)
    pause = next_poll(verdict.state, clock.now() - payment.started_at, fee_known)
    payment.finish(due_at=None if pause is None else clock.now() + pause)


def _close_draft(session: Session, payment: Payment) -> None:
    """Nothing exists for it at Stripe: the bill's next payment gets a new key."""
    payment.state = PaymentState.CANCELED
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
    becomes_paid = verdict.state is PaymentState.PAID and current is not PaymentState.PAID
    if becomes_paid and bill.state != BillState.OPEN:
        return Verdict(PaymentState.REVIEW, f"paid, but the bill is {bill.state}")
    return verdict


def _record_change(session: Session, payment: Payment, seen: SeenIntent, verdict: Verdict) -> None:
    audit.record(
        session,
        f"payment.{verdict.state}",
        "payment",
        payment.ref,
        stripe_id=seen.stripe_id,
        reason=verdict.reason or seen.cancellation_reason,
    )


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


def _record_balance(session: Session, payment: Payment, seen: SeenIntent) -> bool:
    """Whether Stripe has said what the payment came to on its balance."""
    if seen.charge is None or seen.charge.balance_transaction is None:
        return False
    balance.record(session, payment, seen.charge.balance_transaction)
    return True
