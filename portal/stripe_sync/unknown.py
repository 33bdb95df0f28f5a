"""Payments at Stripe that are ours and that our rows do not have.

As after a backup was put back: they were made, and perhaps paid, since the copy was taken.
"""

from sqlalchemy import select

from portal.audit import service as audit
from portal.bills.models import Bill
from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import current_payment_id
from portal.stripe_api.payment_intents import SeenIntent
from portal.stripe_sync.cancel import cancel_for_bill
from portal.stripe_sync.payments import sync_payment

REASON = "Stripe has this payment for the bill, and our records did not."


def is_ours(portal: Portal, seen: SeenIntent) -> bool:
    """Whether the PaymentIntent says that this installation made it.

    Versions before this one marked what they made with the portal's address.
    """
    marks = (portal.installation, portal.settings.public_base_url)
    return seen.portal in marks and seen.payment_ref is not None


def adopt(portal: Portal, seen: SeenIntent) -> bool:
    """Keep it as its bill's payment, in review: nobody can pay the bill again until it is ended.

    False where we do not know the bill, or another payment has paid it. Nothing is kept of one that
    is canceled. Raises StripeUnavailable, StripeRefused.
    """
    if seen.status == "canceled":
        return True
    with portal.db.read() as session:
        bill_id = session.scalar(select(Bill.id).where(Bill.ref == seen.bill_ref))
    if bill_id is None or not cancel_for_bill(portal, bill_id):
        return False
    now = clock.now()
    with portal.db.write() as session:
        bill = session.get_one(Bill, bill_id, with_for_update=True)
        if current_payment_id(session, bill_id) is not None:
            return False
        payment = Payment(
            ref=seen.payment_ref,
            bill_id=bill.id,
            patient_id=bill.patient_id,
            stripe_id=seen.stripe_id,
            idempotency_key=f"adopted-{seen.stripe_id}",
            amount=bill.total,
            currency=bill.currency,
            state=PaymentState.REVIEW,
            review_reason=REASON,
            created_at=seen.created_at,
            dated_at=seen.created_at,
            started_at=now,
            due_at=now,
        )
        session.add(payment)
        session.flush()
        payment_id = payment.id
        audit.record(
            session,
            "payment.adopted",
            "payment",
            payment.ref,
            happened_at=seen.created_at,
            stripe_id=seen.stripe_id,
            bill=bill.ref,
        )
    sync_payment(portal, payment_id)
    return True
