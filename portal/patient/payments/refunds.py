"""The refunds of a payment as its payer sees them. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.documents.models import Document
from portal.documents.rules import Readiness, readiness
from portal.refunds.models import Refund
from portal.refunds.rules import RefundState


@dataclass(frozen=True)
class RefundView:
    """One refund. `amount` in minor units; `at` is when it was made, by Stripe's clock.

    `is_reversal` where the payment itself is taken off the card; `bank_reference` is what the bank
    can find the money by; `note` is how its credit note stands.
    """

    ref: str
    amount: int
    currency: str
    state: RefundState
    at: datetime
    is_reversal: bool
    bank_reference: str | None
    note_number: str | None
    note: Readiness | None


def list_refunds(session: Session, payment_id: int) -> tuple[RefundView, ...]:
    """What Stripe knows of, the oldest first, with each credit note, in one query.

    One that was never sent, or waits for the office to agree, is nobody's news.
    """
    rows = session.execute(
        select(Refund, Document.number, Document.stored_at, Document.held_for)
        .outerjoin(Document, Document.refund_id == Refund.id)
        .where(
            Refund.payment_id == payment_id,
            or_(Refund.stripe_id.is_not(None), Refund.state == RefundState.DRAFT),
        )
        .order_by(Refund.id)
    )
    return tuple(
        RefundView(
            ref=refund.ref,
            amount=refund.amount,
            currency=refund.currency,
            state=refund.state,
            at=refund.happened_at or refund.created_at,
            is_reversal=refund.destination == "reversal",
            bank_reference=refund.bank_reference,
            note_number=number,
            note=readiness(number, stored_at, held_for),
        )
        for refund, number, stored_at, held_for in rows
    )
