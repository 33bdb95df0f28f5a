"""What follows when a refund succeeds."""

from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.effects import held_for_review
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund


def follow(session: Session, payment: Payment, refund: Refund) -> None:
    """A payment in review, refunded in full, is over: its bill can be paid anew.

    `payment` is locked, as is its bill.
    """
    if payment.state is not PaymentState.REVIEW or refund.amount != payment.received:
        return
    payment.state = PaymentState.CANCELED
    payment.version += 1
    payment.finish()
    held_for_review.explain(session, payment, refund.happened_at or clock.now())
    audit.record(
        session, "payment.canceled", "payment", payment.ref, refund.requested_by, refund=refund.ref
    )
