"""The mails about payments."""

from sqlalchemy.orm import Session

from portal import formats, links
from portal.documents.models import ReceiptLink
from portal.documents.tokens import receipt_token
from portal.infrastructure import clock
from portal.mail.models import Mail
from portal.mail.service import write
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.settings import Settings
from portal.texts import ENGLISH, in_language
from portal.texts import gettext as _


def write_receipt(
    session: Session, settings: Settings, payment: Payment, link: ReceiptLink, recipient: str
) -> Mail:
    """The receipt of a paid payment: amount, date, method and reference; what was bought and for
    whom is not said.

    Raises MailError where `recipient` is not one address.
    """
    with in_language(ENGLISH):
        amount = formats.money(payment.amount, payment.currency)
        return write(
            session,
            settings,
            "receipt",
            recipient,
            _("Receipt for your payment of %(amount)s", amount=amount),
            amount=payment.amount,
            currency=payment.currency,
            paid_at=payment.paid_at or clock.now(),
            method=method_name(payment.brand, payment.last4, payment.wallet),
            reference=payment.ref,
            receipt_url=links.absolute(settings, links.receipt(receipt_token(settings, link.id))),
            expires_at=link.expires_at,
        )
