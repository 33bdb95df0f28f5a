"""What follows when Stripe says what something came to on its balance."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.infrastructure import clock
from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.payments.models import BalanceTransaction, Payment
from portal.refunds.models import Refund
from portal.stripe_api.balance_transactions import SeenBalanceTransaction


def record_charge(session: Session, payment: Payment, seen: SeenBalanceTransaction) -> None:
    """Keep a charge's balance transaction and book it; one that is known changes nothing."""
    if _keep(session, payment.id, seen):
        received = payment.amount if payment.received is None else payment.received
        lines = ledger_rules.balance(
            payment.received_currency or payment.currency,
            received,
            seen.currency,
            seen.amount,
            seen.fee,
        )
        ledger.post(session, seen.stripe_id, "balance", lines, seen.created_at)


def record_refund(session: Session, refund: Refund, seen: SeenBalanceTransaction) -> None:
    """Keep a balance transaction of a refund, or of its failure, and book it; one that is known
    changes nothing.
    """
    if _keep(session, refund.payment_id, seen):
        # What comes back of a failed refund is money that comes in.
        amount = refund.amount if seen.amount > 0 else -refund.amount
        lines = ledger_rules.balance(refund.currency, amount, seen.currency, seen.amount, seen.fee)
        ledger.post(session, seen.stripe_id, "balance", lines, seen.created_at)


def _keep(session: Session, payment_id: int, seen: SeenBalanceTransaction) -> bool:
    """Whether the balance transaction is news."""
    known = select(BalanceTransaction.id).where(BalanceTransaction.stripe_id == seen.stripe_id)
    if session.scalar(known) is not None:
        return False
    session.add(
        BalanceTransaction(
            stripe_id=seen.stripe_id,
            type=seen.type,
            reporting_category=seen.reporting_category,
            source_id=seen.source_id,
            payment_id=payment_id,
            currency=seen.currency,
            amount=seen.amount,
            fee=seen.fee,
            fee_details=list(seen.fee_details),
            net=seen.net,
            exchange_rate=seen.exchange_rate,
            available_on=seen.available_on,
            happened_at=seen.created_at,
            learnt_at=clock.now(),
        )
    )
    return True
