"""The mails about bills and payments. None says what was bought, or for whom."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import formats, links
from portal.accounts.models import User
from portal.bills.models import Bill
from portal.bills.rules import Notice
from portal.documents.models import ReceiptLink
from portal.documents.tokens import receipt_token
from portal.infrastructure import clock
from portal.mail.models import Mail
from portal.mail.service import drop_unsent, write
from portal.patients.models import Patient
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.settings import Settings
from portal.texts import ENGLISH, in_language
from portal.texts import gettext as _

RECEIPT = "receipt"


def write_receipt(
    session: Session, settings: Settings, payment: Payment, link: ReceiptLink, recipient: str
) -> Mail:
    """The receipt of a paid payment: amount, date, method and reference. Written once.

    Raises MailError where `recipient` is not one address.
    """
    with in_language(ENGLISH):
        amount = formats.money(payment.amount, payment.currency)
        return write(
            session,
            settings,
            RECEIPT,
            recipient,
            _("Receipt for your payment of %(amount)s", amount=amount),
            subject_ref=payment.ref,
            amount=payment.amount,
            currency=payment.currency,
            paid_at=payment.paid_at or clock.now(),
            method=method_name(payment.brand, payment.last4, payment.wallet),
            reference=payment.ref,
            receipt_url=links.absolute(settings, links.receipt(receipt_token(settings, link.id))),
            expires_at=link.expires_at,
        )


def write_notice(
    session: Session, settings: Settings, notice: Notice, bill: Bill, recipient: str
) -> Mail:
    """Ask for an open bill: total, due date and the way to it; what it is for needs signing in.

    Raises MailError where `recipient` is not one address.
    """
    with in_language(ENGLISH):
        return write(
            session,
            settings,
            notice,
            recipient,
            _subject(notice, bill, settings.business_timezone),
            subject_ref=bill.ref,
            total=bill.total,
            currency=bill.currency,
            due_on=bill.due_on,
            requested_at=bill.created_at,
            reference=bill.ref,
            bill_url=links.absolute(settings, links.bill(bill.ref)),
        )


def drop_notices(session: Session, bill: Bill) -> None:
    """Nobody is asked any more for a bill that has just been closed."""
    drop_unsent(session, tuple(Notice), bill.ref)


def recipient_of(session: Session, patient_id: int) -> str | None:
    """Where a patient's mails go; None for one who has no account."""
    return session.scalar(
        select(User.email).join(Patient, Patient.user_id == User.id).where(Patient.id == patient_id)
    )


def _subject(notice: Notice, bill: Bill, zone: str) -> str:
    amount = formats.money(bill.total, bill.currency)
    day = formats.day(bill.due_on, zone)
    if notice is Notice.BILL:
        return _("Your bill of %(amount)s, due by %(day)s", amount=amount, day=day)
    if notice is Notice.REMINDER:
        return _("Reminder: %(amount)s is due by %(day)s", amount=amount, day=day)
    return _("Reminder: %(amount)s was due by %(day)s", amount=amount, day=day)
