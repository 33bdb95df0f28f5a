"""What follows when Stripe says what a payment came to on its balance."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.payments.models import BalanceTransaction, Payment
from portal.stripe_api.balance_transactions import SeenBalanceTransaction


def record(session: Session, payment: Payment, seen: SeenBalanceTransaction) -> None:
    """Keep a payment's balance transaction and book it; one that is known changes nothing."""
    known = select(BalanceTransaction.id).where(BalanceTransaction.stripe_id == seen.stripe_id)
    if session.scalar(known) is not None:
        return
    session.add(
        BalanceTransaction(
            stripe_id=seen.stripe_id,
            payment_id=payment.id,
            currency=seen.currency,
            amount=seen.amount,
            fee=seen.fee,
            net=seen.net,
            exchange_rate=seen.exchange_rate,
            created_at=seen.created_at,
        )
    )
    lines = ledger_rules.balance(
        payment.currency, payment.amount, seen.currency, seen.amount, seen.fee
    )
    ledger.post(session, seen.stripe_id, "balance", lines)
