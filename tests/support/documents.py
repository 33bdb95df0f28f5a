"""Bills that have been paid, with their invoices and receipt links."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portal.bills.models import Bill, BillLine, BillTax
from portal.bills.rules import BillState
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.service import create_receipt_link
from portal.documents.tokens import receipt_token
from portal.effects.invoice import issue_invoice
from portal.effects.receipt import issue_receipt
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentStore, open_store
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.references import new_reference
from tests.support.hanging import Peer


def add_patient(session: Session, name: str = "Alice Archer") -> Patient:
    patient = Patient(ref=new_reference("PAT"), name=name, currency="GBP", created_at=clock.now())
    session.add(patient)
    session.flush()
    return patient


def add_paid_bill(session: Session, patient_id: int) -> tuple[Bill, Payment]:
    """A letter for £60.00 less £5.00, at 20% and exempt: £64.00, paid with a Visa card."""
    now = clock.now()
    fee = {"kind": "fee", "quantity": 1}
    bill = Bill(
        ref=new_reference("BILL"),
        patient_id=patient_id,
        title="Clinical letter",
        currency="GBP",
        net=5500,
        tax=900,
        total=6400,
        due_on=now.date(),
        state=BillState.PAID,
        created_at=now,
        closed_at=now,
        lines=[
            BillLine(
                position=1,
                label="Clinical letter",
                unit_amount=5000,
                amount=5000,
                tax_rate_bp=2000,
                **fee,
            ),
            BillLine(
                position=2,
                label="Advice",
                unit_amount=1000,
                amount=1000,
                tax_rate_bp=0,
                exemption="Health care",
                **fee,
            ),
            BillLine(
                position=3,
                kind="discount",
                label="Discount",
                quantity=1,
                unit_amount=-500,
                amount=-500,
            ),
        ],
        taxes=[
            BillTax(position=1, rate_bp=2000, net=4500, tax=900),
            BillTax(position=2, rate_bp=0, net=1000, tax=0, exemption="Health care"),
        ],
    )
    session.add(bill)
    session.flush()
    payment = Payment(
        ref=new_reference("PAY"),
        bill_id=bill.id,
        patient_id=patient_id,
        stripe_id=f"pi_{bill.id}",
        idempotency_key=f"payment-{bill.id}",
        state=PaymentState.PAID,
        amount=bill.total,
        currency=bill.currency,
        brand="visa",
        last4="4242",
        created_at=now,
        dated_at=now,
        started_at=now,
        paid_at=now,
    )
    session.add(payment)
    session.flush()
    return bill, payment


@dataclass(frozen=True)
class Issued:
    """A paid bill's invoice and the token of its receipt link."""

    invoice_id: int
    receipt_id: int
    number: str
    payment_id: int
    payment_ref: str
    token: str


@pytest.fixture
def issue(portal: Portal) -> Callable[..., Issued]:
    """`issue(patient_id)` has a bill of that patient (or of a new one) paid; the invoice is not yet
    drawn.
    """

    def make(patient_id: int | None = None) -> Issued:
        with portal.db.write() as session:
            bill, payment = add_paid_bill(session, patient_id or add_patient(session).id)
            invoice = issue_invoice(session, portal.settings, bill, payment)
            receipt = issue_receipt(session, portal.settings, bill, payment)
            token = receipt_token(portal.settings, create_receipt_link(session, payment.id).id)
            return Issued(invoice.id, receipt.id, invoice.number, payment.id, payment.ref, token)

    return make


@pytest.fixture
def hanging_bucket(monkeypatch: pytest.MonkeyPatch) -> Callable[[Peer], DocumentStore]:
    """`hanging_bucket(peer)` is a store on S3, where S3 is a peer that hangs."""

    def make(peer: Peer) -> DocumentStore:
        monkeypatch.setenv("AWS_ENDPOINT_URL", peer.url)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_REGION", "eu-west-2")
        return open_store("s3://clinic/documents")

    return make


def stored_invoice(portal: Portal, invoice_id: int) -> Document:
    with portal.db.read() as session:
        return session.get_one(Document, invoice_id)
