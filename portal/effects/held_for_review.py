"""What follows while Stripe has money that an administrator must look at first."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.payments.models import Payment


def follow(session: Session, payment: Payment, happened_at: datetime) -> None:
    """Book what Stripe received as money that no bill explains; booked once."""
    if payment.received and payment.received_currency:
        lines = ledger_rules.suspense(payment.received_currency, payment.received)
        ledger.post(session, payment.ref, "suspense", lines, happened_at)


def explain(session: Session, payment: Payment, happened_at: datetime) -> None:
    """Take back that booking: it is known now what the money is."""
    if payment.received and payment.received_currency:
        lines = ledger_rules.suspense_explained(payment.received_currency, payment.received)
        ledger.post(session, payment.ref, "suspense_explained", lines, happened_at)
