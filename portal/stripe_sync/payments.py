"""How a payment follows its PaymentIntent."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.effects import balance, held_for_review, paid
from portal.infrastructure import clock
from portal.payments.attempts import latest_attempt, record_attempt
from portal.payments.models import Payment
from portal.payments.rules import (
    FINAL,
    GONE,
    GONE_REASON,
    PaymentState,
    Verdict,
    is_gone,
    judge,
    next_poll,
)
from portal.payments.service import lock
from portal.settings import Settings
from portal.stripe_api.charges import SeenCharge
from portal.stripe_api.errors import ReplayedFailure, StripeRefused
from portal.stripe_api.payment_intents import NewIntent, SeenIntent
from portal.stripe_sync.charges import as_attempt
from portal.stripe_sync.sync import sync

# Stripe keeps an idempotency key at least 24 h; an older draft is looked up, never sent again.
KEY_LIFETIME = timedelta(hours=23)


@dataclass(frozen=True)
class Synced:
    """A payment just brought to Stripe's truth; `client_secret` where the payer may act on it."""

    ref: str
    state: PaymentState
    client_secret: str | None = None


@dataclass(frozen=True)
class Seen:
    """What Stripe said: the PaymentIntent, and every charge under it where a new one has come.

    Without `intent` it does not exist at Stripe: `is_gone` where it once did.
    """

    intent: SeenIntent | None
    charges: tuple[SeenCharge, ...] = ()
    is_gone: bool = False


def sync_payment(portal: Portal, payment_id: int) -> Synced:
    """Bring a payment to Stripe's truth. Raises StripeUnavailable, StripeRefused."""
    seen = sync(portal, FOLLOWER, payment_id)
    with portal.db.read() as session:
        payment = session.get_one(Payment, payment_id)
        if seen is None or seen.intent is None or payment.state in FINAL:
            return Synced(payment.ref, payment.state)
        return Synced(payment.ref, payment.state, seen.intent.client_secret)


class PaymentFollower:
    """The Follower of payments."""

    def known(self, session: Session, row_id: int) -> Payment:
        return session.get_one(Payment, row_id)

    def is_final(self, row: Payment) -> bool:
        if is_gone(row.state, row.error_code):
            return True
        return row.due_at is None and row.state in FINAL

    def fetch(self, portal: Portal, row: Payment) -> Seen:
        try:
            intent = self._intent(portal, row)
        except StripeRefused as error:
            if row.stripe_id is None or not error.is_missing:
                raise
            return Seen(None, is_gone=True)
        if intent is None or intent.charge is None:
            return Seen(intent)
        with portal.db.read() as session:
            known = latest_attempt(session, row.id)
        if known == intent.charge.stripe_id:
            return Seen(intent, (intent.charge,))
        # There may have been others before it, whose webhooks were lost.
        return Seen(intent, portal.stripe.charges.of_intent(intent.stripe_id))

    def lock(self, session: Session, row: Payment) -> Payment:
        return lock(session, row.id)[1]

    def apply(self, session: Session, settings: Settings, row: Payment, seen: Seen) -> None:
        if seen.intent is not None:
            apply_intent(session, settings, row, seen.intent, seen.charges)
        elif seen.is_gone:
            _note_gone(session, row)
        else:
            _close_draft(session, row)

    def _intent(self, portal: Portal, row: Payment) -> SeenIntent | None:
        """None where a draft never came to exist at Stripe."""
        intents = portal.stripe.payment_intents
        if row.stripe_id is not None:
            return intents.fetch(row.stripe_id)
        if clock.now() - row.created_at < KEY_LIFETIME:
            with portal.db.read() as session:
                bill_ref = session.get_one(Bill, row.bill_id).ref
            new = NewIntent(row.amount, row.currency, row.ref, bill_ref, portal.installation)
            # A replayed failure is all that this key will ever answer: find what it may have made.
            with suppress(ReplayedFailure):
                return intents.create(new, row.idempotency_key)
        return intents.find(row.ref, row.created_at - timedelta(minutes=5))


FOLLOWER = PaymentFollower()


def apply_intent(
    session: Session,
    settings: Settings,
    payment: Payment,
    seen: SeenIntent,
    charges: tuple[SeenCharge, ...],
) -> None:
    """Bring `payment` (locked, as is its bill) to what was `seen`, and book what follows from it.

    Applying the same observation twice changes nothing.
    """
    bill = session.get_one(Bill, payment.bill_id)
    before = payment.state
    verdict = _verdict(bill, payment, seen)
    payment.stripe_id = seen.stripe_id
    payment.state = verdict.state
    payment.error_code = seen.error_code
    payment.review_reason = verdict.reason or payment.review_reason
    payment.received, payment.received_currency = seen.amount_received, seen.currency
    for charge in reversed(charges):
        record_attempt(session, payment, as_attempt(charge))
    charged_at = _charged_at(seen)
    if verdict.state is not before:
        _record_change(session, payment, seen, verdict, charged_at)
        if verdict.state is PaymentState.PAID:
            paid.follow(session, settings, bill, payment, charged_at or clock.now())
    if verdict.state is PaymentState.REVIEW and seen.amount_received:
        held_for_review.follow(session, payment, charged_at or clock.now())
    fee_known = _record_balance(session, payment, seen)
    pause = next_poll(verdict.state, clock.now() - payment.started_at, fee_known)
    due_at = None if pause is None else clock.now() + pause
    payment.finish(due_at)


def _charged_at(seen: SeenIntent) -> datetime | None:
    """When the card was charged, by Stripe's clock."""
    if seen.charge is None or seen.charge.status == "failed":
        return None
    return seen.charge.created_at


def _note_gone(session: Session, payment: Payment) -> None:
    """Stripe no longer has it: an answer. What was paid stays paid; anything else is reviewed."""
    if payment.state not in FINAL:
        payment.state = PaymentState.REVIEW
        payment.error_code = GONE
        payment.review_reason = GONE_REASON
    audit.record(session, "payment.gone", "payment", payment.ref, stripe_id=payment.stripe_id)
    payment.finish()


def _close_draft(session: Session, payment: Payment) -> None:
    """Nothing exists for it at Stripe: the bill's next payment gets a new key."""
    payment.state = PaymentState.CANCELED
    payment.finish()
    audit.record(session, "payment.canceled", "payment", payment.ref)


def _verdict(bill: Bill, payment: Payment, seen: SeenIntent) -> Verdict:
    current = payment.state
    if seen.payment_ref != payment.ref:
        return Verdict(PaymentState.REVIEW, "The payment at Stripe names another payment of ours.")
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
    if becomes_paid and bill.state is not BillState.OPEN:
        return Verdict(PaymentState.REVIEW, f"It is paid, but the bill is {bill.state} already.")
    return verdict


def _record_change(
    session: Session,
    payment: Payment,
    seen: SeenIntent,
    verdict: Verdict,
    charged_at: datetime | None,
) -> None:
    audit.record(
        session,
        f"payment.{verdict.state}",
        "payment",
        payment.ref,
        happened_at=charged_at,
        stripe_id=seen.stripe_id,
        reason=verdict.reason or seen.cancellation_reason,
    )


def _record_balance(session: Session, payment: Payment, seen: SeenIntent) -> bool:
    """Whether Stripe has said what the payment came to on its balance."""
    if seen.charge is None or seen.charge.balance_transaction is None:
        return False
    if payment.state not in (PaymentState.PAID, PaymentState.REVIEW):
        return False
    balance.record_charge(session, payment, seen.charge.balance_transaction)
    return True


def latest_payment_of(session: Session, intent_id: str) -> int | None:
    """Our payment of that PaymentIntent, if it is one of ours."""
    return session.scalar(select(Payment.id).where(Payment.stripe_id == intent_id))
