"""What follows when a payment is paid, all in the transaction that makes it so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.documents.service import create_receipt_link
from portal.effects.invoice import issue_invoice
from portal.effects.mails import write_receipt
from portal.infrastructure import clock
from portal.ledger import rules as ledger_rules
from portal.ledger import service as ledger
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.settings import Settings


def follow(session: Session, settings: Settings, bill: Bill, payment: Payment) -> None:
    """Close the bill, start its service, book the sale, issue the invoice, write the receipt."""
    moment = clock.now()
    payment.paid_at = moment
    bill.state = BillState.PAID
    bill.closed_at = moment
    if bill.service_request_id is not None:
        request = session.get_one(ServiceRequest, bill.service_request_id, with_for_update=True)
        request.state = RequestState.ACTIVE
        request.changed_at = moment
        audit.record(session, "request.active", "request", request.ref)
    ledger.post(
        session,
        payment.ref,
        "settlement",
        ledger_rules.settlement(bill.currency, bill.net, bill.tax),
    )
    issue_invoice(session, settings, bill, payment)
    recipient = session.scalar(
        select(User.email)
        .join(Patient, Patient.user_id == User.id)
        .where(Patient.id == bill.patient_id)
    )
    if recipient is not None:
        link = create_receipt_link(session, payment.id)
        write_receipt(session, settings, payment, link, recipient)
