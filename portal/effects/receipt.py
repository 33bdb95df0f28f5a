"""Issuing a payment's receipt: what whoever has the link in the mail may see."""

from sqlalchemy.orm import Session

from invoices.model import Receipt
from portal.bills.models import Bill
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.documents.service import Issue, issue
from portal.effects.invoice import paid_on
from portal.effects.seller import seller
from portal.payments.method import written_method
from portal.payments.models import Payment
from portal.settings import Settings


def issue_receipt(session: Session, settings: Settings, bill: Bill, payment: Payment) -> Document:
    """Freeze the receipt of a payment that has just been paid: no service, nobody's name."""
    day = paid_on(settings, payment)
    content = Receipt(
        number=payment.ref,
        issued_on=day,
        paid_on=day,
        payment_reference=payment.ref,
        seller=seller(settings),
        currency=bill.currency,
        amount=bill.total,
        tax=bill.tax,
        paid_with=written_method(payment.brand, payment.last4, payment.wallet),
    )
    return issue(
        session,
        Issue(
            DocumentKind.RECEIPT,
            payment.ref,
            issued_on=day,
            content=content.to_dict(),
            bill_id=bill.id,
            payment_id=payment.id,
            patient_id=bill.patient_id,
        ),
    )
