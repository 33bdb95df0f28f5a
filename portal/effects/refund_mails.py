"""The mails about a refund: that it began, that it failed, and what the bank can trace it by."""

from enum import StrEnum

from sqlalchemy.orm import Session

from portal import formats, links
from portal.effects.mails import recipient_of
from portal.mail.service import drop_unsent, is_written, write
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED
from portal.settings import Settings
from portal.texts import ENGLISH, in_language
from portal.texts import gettext as _


class RefundMail(StrEnum):
    """The kinds of mail about a refund; each is written once at most."""

    STARTED = "refund_started"
    FAILED = "refund_failed"
    REFERENCE = "refund_reference"


def tell(session: Session, settings: Settings, payment: Payment, refund: Refund) -> None:
    """Write what the payer has not been told yet of a refund that Stripe knows; it is locked."""
    recipient = recipient_of(session, payment.patient_id)
    if recipient is None or refund.stripe_id is None:
        return
    was_told = is_written(session, RefundMail.STARTED, refund.ref)
    if refund.state in CLOSED:
        if was_told:
            drop_unsent(session, (RefundMail.STARTED,), refund.ref)
            _write_once(session, settings, RefundMail.FAILED, payment, refund, recipient)
        return
    _write_once(session, settings, RefundMail.STARTED, payment, refund, recipient)
    if refund.bank_reference and was_told:
        _write_once(session, settings, RefundMail.REFERENCE, payment, refund, recipient)


def _write_once(
    session: Session,
    settings: Settings,
    kind: RefundMail,
    payment: Payment,
    refund: Refund,
    recipient: str,
) -> None:
    if is_written(session, kind, refund.ref):
        return
    with in_language(ENGLISH):
        amount = formats.money(refund.amount, refund.currency)
        write(
            session,
            settings,
            kind,
            recipient,
            _subject(kind, amount),
            subject_ref=refund.ref,
            amount=refund.amount,
            currency=refund.currency,
            method=method_name(payment.brand, payment.last4, payment.wallet),
            is_reversal=refund.destination == "reversal",
            bank_reference=refund.bank_reference,
            reference=payment.ref,
            payment_url=links.absolute(settings, links.payment(payment.ref)),
        )


def _subject(kind: RefundMail, amount: str) -> str:
    if kind is RefundMail.STARTED:
        return _("Your refund of %(amount)s is on its way", amount=amount)
    if kind is RefundMail.FAILED:
        return _("Your refund of %(amount)s did not arrive", amount=amount)
    return _("A reference for your refund of %(amount)s", amount=amount)
