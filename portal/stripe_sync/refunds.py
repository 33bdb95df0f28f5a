"""How refunds follow their objects at Stripe, those made in its dashboard too."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.context import Portal
from portal.effects import balance, refund_mails, refunded
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.payments.service import lock
from portal.references import new_reference
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, STRIPE_REASONS, RefundState, next_poll
from portal.settings import Settings
from portal.stripe_api.errors import ReplayedFailure, StripeRefused
from portal.stripe_api.refunds import Reason, SeenRefund
from portal.stripe_sync.payments import KEY_LIFETIME
from portal.stripe_sync.sync import sync


def sync_refund(portal: Portal, refund_id: int) -> RefundState:
    """Bring a refund to Stripe's truth. Raises StripeUnavailable, StripeRefused."""
    sync(portal, FOLLOWER, refund_id)
    with portal.db.read() as session:
        return session.get_one(Refund, refund_id).state


def sync_refunds_of(portal: Portal, payment_id: int) -> int:
    """Bring every refund of a payment to Stripe's truth, and take in those that our rows do not
    have; how many Stripe has.

    Raises StripeUnavailable, StripeRefused.
    """
    with portal.db.read() as session:
        intent_id = session.get_one(Payment, payment_id).stripe_id
    if intent_id is None:
        return 0
    seen = portal.stripe.refunds.of_intent(intent_id)
    with portal.db.read() as session:
        ours = session.scalars(select(Refund).where(Refund.payment_id == payment_id)).all()
        session.expunge_all()
    by_stripe_id = {row.stripe_id: row for row in ours}
    # Of these the answer was lost; they are known by the reference that they carry.
    by_ref = {row.ref: row for row in ours if row.stripe_id is None}
    for refund in seen:
        known = by_stripe_id.get(refund.stripe_id) or by_ref.get(refund.refund_ref or "")
        if known is None:
            sync_refund(portal, _take_in(portal, payment_id, refund))
        elif _has_news(known, refund):
            sync_refund(portal, known.id)
    return len(seen)


def _has_news(row: Refund, seen: SeenRefund) -> bool:
    """Whether Stripe says more of a refund than its row does."""
    told = (row.state.value, row.failure_reason, row.destination, row.bank_reference)
    said = (seen.status, seen.failure_reason, seen.destination, seen.bank_reference)
    return told != said


def _take_in(portal: Portal, payment_id: int, seen: SeenRefund) -> int:
    """A row for a refund that was made in Stripe's dashboard, or that our records lost."""
    now = clock.now()
    with portal.db.write() as session:
        lock(session, payment_id)
        known = session.scalar(select(Refund.id).where(Refund.stripe_id == seen.stripe_id))
        if known is not None:
            return known
        refund = Refund(
            ref=new_reference("REF"),
            payment_id=payment_id,
            stripe_id=seen.stripe_id,
            idempotency_key=f"taken-in-{seen.stripe_id}",
            state=RefundState.DRAFT,
            amount=seen.amount,
            currency=seen.currency,
            created_at=seen.created_at,
            due_at=now,
        )
        session.add(refund)
        session.flush()
        payment = session.get_one(Payment, payment_id)
        audit.record(
            session,
            "refund.taken_in",
            "payment",
            payment.ref,
            happened_at=seen.created_at,
            refund=refund.ref,
            amount=refund.amount,
        )
        return refund.id


class RefundFollower:
    """The Follower of refunds."""

    def known(self, session: Session, row_id: int) -> Refund:
        return session.get_one(Refund, row_id)

    def is_final(self, row: Refund) -> bool:
        if row.state is RefundState.AWAITING_APPROVAL:
            return True
        return row.due_at is None and row.state in CLOSED

    def fetch(self, portal: Portal, row: Refund) -> SeenRefund | str:
        """What Stripe has, or Stripe's code where it refused to make the refund."""
        refunds = portal.stripe.refunds
        if row.stripe_id is not None:
            return refunds.fetch(row.stripe_id)
        with portal.db.read() as session:
            intent_id = session.get_one(Payment, row.payment_id).stripe_id
        if intent_id is None:
            return "no_payment"
        try:
            if clock.now() - row.created_at < KEY_LIFETIME:
                # A replayed failure is all that this key will ever answer: find what it made.
                with suppress(ReplayedFailure):
                    return refunds.create(
                        intent_id, row.amount, row.ref, row.idempotency_key, _stripe_reason(row)
                    )
            return refunds.find(intent_id, row.ref) or "never_made"
        except StripeRefused as error:
            if error.about_key:
                raise
            return error.code

    def lock(self, session: Session, row: Refund) -> Refund:
        lock(session, row.payment_id)
        return session.get_one(Refund, row.id, with_for_update=True)

    def apply(
        self, session: Session, settings: Settings, row: Refund, seen: SeenRefund | str
    ) -> None:
        before = row.state
        if isinstance(seen, str):
            row.state, row.failure_reason = RefundState.FAILED, seen
            row.finish()
        else:
            self._apply(session, row, seen)
        payment = session.get_one(Payment, row.payment_id)
        refund_mails.tell(session, settings, payment, row)
        if row.state is before:
            return
        audit.record(
            session,
            f"refund.{row.state}",
            "payment",
            payment.ref,
            happened_at=row.happened_at,
            refund=row.ref,
            reason=row.failure_reason,
        )
        refunded.follow(session, settings, payment, row, before)

    def _apply(self, session: Session, row: Refund, seen: SeenRefund) -> None:
        now = clock.now()
        row.stripe_id = seen.stripe_id
        row.state = RefundState(seen.status or RefundState.PENDING)
        row.failure_reason, row.pending_reason = seen.failure_reason, seen.pending_reason
        row.destination, row.bank_reference = seen.destination, seen.bank_reference
        row.happened_at = seen.created_at
        row.learnt_at = row.learnt_at or now
        for transaction in seen.balance_transactions:
            balance.record_refund(session, row, transaction)
        pause = next_poll(row.state, now - row.created_at)
        due_at = None if pause is None else now + pause
        row.finish(due_at)


def _stripe_reason(row: Refund) -> Reason | None:
    """What Stripe is told; nothing for a refund of before reasons were kept."""
    return STRIPE_REASONS[row.reason] if row.reason else None


FOLLOWER = RefundFollower()
