"""Asking for an open bill by mail: when it is made, before it is due, and once after."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.bills import rules
from portal.bills.models import Bill, BillNotice
from portal.bills.rules import BillState
from portal.context import Portal
from portal.effects.mails import recipient_of, write_notice
from portal.infrastructure import clock
from portal.mail.service import is_written
from portal.payments.models import Payment
from portal.payments.service import is_current
from portal.settings import Settings
from portal.standing import Standing, standing_of


def ask(portal: Portal, notice_id: int) -> None:
    """Write the mail whose time has come, one at most, and note when to look again.

    The bill is locked first, as by whatever pays or withdraws it.
    """
    with portal.db.write() as session:
        bill_id = session.scalars(select(BillNotice.bill_id).filter_by(id=notice_id)).one()
        bill = session.get_one(Bill, bill_id, with_for_update=True)
        notice = session.get_one(BillNotice, notice_id, with_for_update=True)
        notice.finish(due_at=_ask(session, portal.settings, bill, clock.now()))


def _ask(session: Session, settings: Settings, bill: Bill, now: datetime) -> datetime | None:
    """When to look at the bill again; None: there is nothing left to ask for."""
    zone = settings.business_timezone
    recipient = recipient_of(session, bill.patient_id)
    if bill.state is not BillState.OPEN or recipient is None:
        return None
    due = rules.notice_at(now, bill.created_at, bill.due_on, zone)
    if due is None or is_written(session, due, bill.ref):
        return rules.next_notice_at(now, bill.due_on, zone)
    if not rules.is_in_hours(due, now, zone):
        return rules.next_morning(now, zone)
    wait = _being_paid_until(session, bill, now, zone)
    if wait is not None:
        return wait
    write_notice(session, settings, due, bill, recipient)
    return rules.next_notice_at(now, bill.due_on, zone)


def _being_paid_until(session: Session, bill: Bill, now: datetime, zone: str) -> datetime | None:
    """How long to leave alone a bill whose payment is under way, in review or at the card form."""
    payment = session.scalar(select(Payment).where(Payment.bill_id == bill.id, is_current()))
    if payment is None:
        return None
    if standing_of(bill.state, payment.state) not in (Standing.PAYABLE, Standing.ACTION):
        return rules.next_morning(now, zone)
    left_alone = payment.started_at + rules.CHECKOUT_PAUSE
    return left_alone if left_alone > now else None
