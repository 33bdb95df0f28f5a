"""Withdrawing a request that nobody has paid for.

A module of its own, because it joins bills and payments, and payments stand on bills.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.context import Portal
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import cancel_for_bill


class NotWithdrawable(Exception):
    """The bill is closed, or a payment for it is under way: nothing was withdrawn."""


def withdraw(portal: Portal, bill_id: int) -> None:
    """Withdraw an open bill and cancel its request; a bill already withdrawn stays so.

    What is live at Stripe is cancelled there first, so that nobody can pay a withdrawn bill.
    Raises NotWithdrawable, StripeUnavailable.
    """
    if not cancel_for_bill(portal, bill_id):
        raise NotWithdrawable
    with portal.db.write() as session:
        bill = session.get_one(Bill, bill_id, with_for_update=True)
        if bill.state == BillState.WITHDRAWN:
            return
        if bill.state != BillState.OPEN or _has_live_payment(session, bill_id):
            raise NotWithdrawable
        now = clock.now()
        bill.state = BillState.WITHDRAWN
        bill.closed_at = now
        if bill.service_request_id is not None:
            request = session.get_one(ServiceRequest, bill.service_request_id, with_for_update=True)
            request.state = RequestState.CANCELLED
            request.changed_at = now
        user_id = session.scalar(select(Patient.user_id).where(Patient.id == bill.patient_id))
        audit.record(session, "bill.withdrawn", "bill", bill.ref, user_id)


def _has_live_payment(session: Session, bill_id: int) -> bool:
    """Another tab may have started one between Stripe's answer and our lock."""
    live = select(Payment.id).where(
        Payment.bill_id == bill_id, Payment.state != PaymentState.CANCELED
    )
    return session.scalar(live) is not None
