"""Issuing a paid bill's invoice, from its frozen rows and the settings of the day."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from invoices.model import Invoice as Document
from invoices.model import Line, Party, TaxLine
from portal.audit import service as audit
from portal.bills.models import Bill
from portal.documents.models import Invoice
from portal.documents.numbers import next_number
from portal.infrastructure import clock
from portal.patients.models import Patient
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.settings import Settings
from portal.texts import ENGLISH, in_language


def issue_invoice(session: Session, settings: Settings, bill: Bill, payment: Payment) -> Invoice:
    """The bill's invoice, numbered and frozen now unless it has one; drawn later by its job.

    Runs in the transaction that makes the bill paid, under the bill's lock. Raises ValueError where
    the bill's sums contradict each other.
    """
    issued = session.scalar(select(Invoice).where(Invoice.bill_id == bill.id))
    if issued is not None:
        return issued
    now = clock.now()
    today = clock.local_date(now, settings.business_timezone)
    number = next_number(session, "INV", today.year)
    content = invoice_content(
        settings,
        bill,
        payment,
        session.get_one(Patient, bill.patient_id),
        number=number,
        issued_on=today,
        paid_on=clock.local_date(payment.paid_at or now, settings.business_timezone),
    )
    invoice = Invoice(
        number=number,
        bill_id=bill.id,
        payment_id=payment.id,
        patient_id=bill.patient_id,
        issued_on=today,
        content=content.to_dict(),
        due_at=now,
    )
    session.add(invoice)
    session.flush()
    audit.record(session, "invoice.issued", "invoice", number, bill=bill.ref, payment=payment.ref)
    return invoice


def invoice_content(
    settings: Settings,
    bill: Bill,
    payment: Payment,
    patient: Patient,
    *,
    number: str,
    issued_on: date,
    paid_on: date,
) -> Document:
    """The document of a paid bill. Raises ValueError where the bill's sums contradict each
    other.
    """
    with in_language(ENGLISH):
        paid_with = method_name(payment.brand, payment.last4, payment.wallet)
    return Document(
        number=number,
        issued_on=issued_on,
        paid_on=paid_on,
        bill_reference=bill.ref,
        payment_reference=payment.ref,
        seller=_seller(settings),
        customer=Party(name=patient.name, address_lines=()),
        currency=bill.currency,
        lines=tuple(
            Line(
                label=line.label,
                detail=None,
                quantity=line.quantity,
                unit_amount=line.unit_amount,
                amount=line.amount,
                tax_rate_bp=None if line.exemption else line.tax_rate_bp,
                exemption=line.exemption,
                kind="discount" if line.kind == "discount" else "fee",
            )
            for line in bill.lines
        ),
        taxes=tuple(TaxLine(tax.rate_bp, tax.net, tax.tax, tax.exemption) for tax in bill.taxes),
        net=bill.net,
        tax=bill.tax,
        total=bill.total,
        amount_paid=payment.amount,
        paid_with=paid_with,
    )


def _seller(settings: Settings) -> Party:
    address = settings.seller_address.replace("\n", ",").split(",")
    return Party(
        name=settings.seller_name,
        address_lines=tuple(part.strip() for part in address if part.strip()),
        tax_id=settings.seller_tax_id or None,
        email=settings.office_contact or None,
    )
