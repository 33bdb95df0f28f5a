"""What follows when a payment is paid, all in the transaction that makes it so."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.documents.service import create_receipt_link
from portal.effects.invoice import issue_invoice
from portal.effects.mails import drop_notices, recipient_of, write_receipt
from portal.effects.receipt import issue_receipt
from portal.infrastructure import clock
from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.payments.models import Payment
from portal.settings import Settings


def follow(
    session: Session, settings: Settings, bill: Bill, payment: Payment, happened_at: datetime
) -> None:
    """Close the bill, start its service, book the sale, issue the documents, write the mail.

    `happened_at` is when the card was charged, by Stripe's clock.
    """
    payment.paid_at = payment.dated_at = happened_at
    payment.paid_learnt_at = clock.now()
    bill.state = BillState.PAID
    bill.closed_at = happened_at
    _start_service(session, bill)
    sale = ledger_rules.sale(bill.currency, bill.net, bill.tax)
    ledger.post(session, payment.ref, "sale", sale, happened_at)
    issue_invoice(session, settings, bill, payment)
    issue_receipt(session, settings, bill, payment)
    drop_notices(session, bill)
    recipient = recipient_of(session, bill.patient_id)
    if recipient is not None:
        link = create_receipt_link(session, payment.id)
        write_receipt(session, settings, payment, link, recipient)


def _start_service(session: Session, bill: Bill) -> None:
    if bill.service_request_id is None:
        return
    request = session.get_one(ServiceRequest, bill.service_request_id, with_for_update=True)
    request.state = RequestState.ACTIVE
    request.changed_at = clock.now()
    audit.record(session, "request.active", "request", request.ref)
