"""How a refund of ours follows its object at Stripe."""

from contextlib import suppress

from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill
from portal.context import Portal
from portal.effects import balance, refunded
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, RefundState, next_poll
from portal.settings import Settings
from portal.stripe_api.errors import ReplayedFailure, StripeRefused
from portal.stripe_api.refunds import SeenRefund
from portal.stripe_sync.payments import KEY_LIFETIME
from portal.stripe_sync.sync import sync


def sync_refund(portal: Portal, refund_id: int) -> RefundState:
    """Bring a refund to Stripe's truth. Raises StripeUnavailable, StripeRefused."""
    sync(portal, FOLLOWER, refund_id)
    with portal.db.read() as session:
        return session.get_one(Refund, refund_id).state


class RefundFollower:
    """The Follower of refunds."""

    def known(self, session: Session, row_id: int) -> Refund:
        return session.get_one(Refund, row_id)

    def is_final(self, row: Refund) -> bool:
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
                    return refunds.create(intent_id, row.amount, row.ref, row.idempotency_key)
            return refunds.find(intent_id, row.ref) or "never_made"
        except StripeRefused as error:
            return error.code

    def lock(self, session: Session, row: Refund) -> Refund:
        """The bill, then the payment, then the refund: everything that locks them does so."""
        payment = session.get_one(Payment, row.payment_id)
        session.get_one(Bill, payment.bill_id, with_for_update=True)
        session.get_one(Payment, row.payment_id, with_for_update=True)
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
        if row.state is before:
            return
        payment = session.get_one(Payment, row.payment_id)
        audit.record(
            session,
            f"refund.{row.state}",
            "payment",
            payment.ref,
            happened_at=row.happened_at,
            refund=row.ref,
            reason=row.failure_reason,
        )
        if row.state is RefundState.SUCCEEDED:
            refunded.follow(session, payment, row)

    def _apply(self, session: Session, row: Refund, seen: SeenRefund) -> None:
        now = clock.now()
        row.stripe_id = seen.stripe_id
        row.state = RefundState(seen.status or RefundState.PENDING)
        row.failure_reason = seen.failure_reason
        row.happened_at = seen.created_at
        row.learnt_at = row.learnt_at or now
        if seen.balance_transaction is not None:
            balance.record_refund(session, row, seen.balance_transaction)
        pause = next_poll(row.state, now - row.created_at)
        due_at = None if pause is None else now + pause
        row.finish(due_at)


FOLLOWER = RefundFollower()
