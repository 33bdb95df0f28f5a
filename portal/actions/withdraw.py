"""Withdrawing a request that nobody has paid for."""

from sqlalchemy import select

from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.context import Portal
from portal.effects.mails import drop_notices
from portal.infrastructure import clock
from portal.patients.models import Patient
from portal.payments.service import current_payment_id
from portal.stripe_sync.cancel import cancel_for_bill


class NotWithdrawable(Exception):
    """The bill is closed, or a payment for it is under way: nothing was withdrawn."""


def withdraw(portal: Portal, bill_id: int) -> None:
    """Withdraw an open bill and cancel its request; a bill already withdrawn stays so.

    An open payment is canceled at Stripe first, so that nobody can pay a withdrawn bill.
    Raises NotWithdrawable, StripeUnavailable.
    """
    if not cancel_for_bill(portal, bill_id):
        raise NotWithdrawable
    with portal.db.write() as session:
        bill = session.get_one(Bill, bill_id, with_for_update=True)
        if bill.state == BillState.WITHDRAWN:
            return
        # Another tab may have started a payment between Stripe's answer and our lock.
        if bill.state != BillState.OPEN or current_payment_id(session, bill_id) is not None:
            raise NotWithdrawable
        now = clock.now()
        bill.state = BillState.WITHDRAWN
        bill.closed_at = now
        drop_notices(session, bill)
        if bill.service_request_id is not None:
            request = session.get_one(ServiceRequest, bill.service_request_id, with_for_update=True)
            request.state = RequestState.CANCELLED
            request.changed_at = now
        user_id = session.scalar(select(Patient.user_id).where(Patient.id == bill.patient_id))
        audit.record(session, "bill.withdrawn", "bill", bill.ref, user_id)
