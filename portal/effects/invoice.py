"""Issuing a paid bill's invoice, from its frozen rows and the settings of the day."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from invoices.fonts import unprintable
from invoices.model import Invoice, Line, Party, SterlingVat, TaxLine
from invoices.sterling import sterling_vat
from portal.audit import service as audit
from portal.bills.models import Bill, BillLine
from portal.catalogue.lines import LineKind
from portal.documents.models import Document
from portal.documents.numbers import next_number
from portal.documents.rules import DocumentKind, Lack
from portal.documents.service import Issue, content_digest, issue
from portal.effects.seller import seller
from portal.exchange_rates.rules import in_pence
from portal.exchange_rates.service import find_last_rate, find_rate
from portal.infrastructure import clock
from portal.money import STERLING
from portal.patients.models import Patient
from portal.payments.method import written_method
from portal.payments.models import Payment
from portal.settings import Settings

# Above this, in pence with VAT, an invoice names the customer's address: VAT Notice 700, 16.6.
SIMPLIFIED_UP_TO = 250_00


def issue_invoice(session: Session, settings: Settings, bill: Bill, payment: Payment) -> Document:
    """The bill's invoice, numbered and frozen now unless it has one; drawn later by its job.

    Runs in the transaction that makes the bill paid, under the bill's lock. Raises ValueError where
    the bill's sums contradict each other.
    """
    issued = session.scalar(
        select(Document).where(Document.kind == DocumentKind.INVOICE, Document.bill_id == bill.id)
    )
    if issued is not None:
        return issued
    day = paid_on(settings, payment)
    number = next_number(session, DocumentKind.INVOICE, day.year)
    patient = session.get_one(Patient, bill.patient_id)
    content, lack = _content(session, settings, bill, payment, patient, number)
    document = issue(
        session,
        Issue(
            DocumentKind.INVOICE,
            number,
            issued_on=day,
            content=content.to_dict(),
            bill_id=bill.id,
            payment_id=payment.id,
            patient_id=bill.patient_id,
            lack=lack,
        ),
    )
    audit.record(session, "invoice.issued", "invoice", number, bill=bill.ref, payment=payment.ref)
    return document


def complete(session: Session, settings: Settings, document: Document) -> bool:
    """Whether a held invoice now has all it must say; it is frozen anew with it.

    `document` is locked.
    """
    bill = session.get_one(Bill, document.bill_id)
    payment = session.get_one(Payment, document.payment_id)
    patient = session.get_one(Patient, document.patient_id)
    content, lack = _content(session, settings, bill, payment, patient, document.number)
    document.held_for = lack
    document.content = content.to_dict()
    document.content_digest = content_digest(document.content)
    return lack is None


def needs_address(session: Session, currency: str, total: int, on: date) -> bool:
    """Whether an invoice of `total` minor units of `currency` must name its customer's address.

    By the last rate that is known by then; a currency without any counts as above the limit.
    """
    if currency == STERLING:
        return total > SIMPLIFIED_UP_TO
    rate = find_last_rate(session, currency, on)
    return rate is None or in_pence(total, currency, rate.units_per_pound) > SIMPLIFIED_UP_TO


def paid_on(settings: Settings, payment: Payment) -> date:
    """The day of a payment, by Stripe's clock in the business time zone."""
    return clock.local_date(payment.paid_at or clock.now(), settings.business_timezone)


def _content(
    session: Session,
    settings: Settings,
    bill: Bill,
    payment: Payment,
    patient: Patient,
    number: str,
) -> tuple[Invoice, Lack | None]:
    """What the invoice says, and what it lacks: the first thing that somebody has to mend."""
    day = paid_on(settings, payment)
    sterling = _sterling(session, bill, day)
    names_address = needs_address(session, bill.currency, bill.total, day)
    address = tuple(patient.address or ()) if names_address else ()
    lack = None
    if unprintable(" ".join((patient.name, *address))):
        lack = Lack.PRINTABLE_NAME
    elif bill.currency != STERLING and bill.tax and sterling is None:
        # Whether it must name an address is known for certain only then.
        lack = Lack.EXCHANGE_RATE
    elif names_address and not address:
        lack = Lack.ADDRESS
    return _invoice(settings, bill, payment, patient, number, day, address, sterling), lack


def _sterling(session: Session, bill: Bill, day: date) -> SterlingVat | None:
    """VAT that is due is shown in pounds too, by the rate of the month of supply."""
    if bill.currency == STERLING or not bill.tax:
        return None
    rate = find_rate(session, bill.currency, day)
    if rate is None:
        return None
    return sterling_vat(
        _taxes(bill),
        bill.currency,
        rate=rate.units_per_pound,
        source=rate.source,
        month=rate.month,
    )


def _invoice(
    settings: Settings,
    bill: Bill,
    payment: Payment,
    patient: Patient,
    number: str,
    day: date,
    address: tuple[str, ...],
    sterling: SterlingVat | None,
) -> Invoice:
    return Invoice(
        number=number,
        issued_on=day,
        supplied_on=day,
        paid_on=day,
        bill_reference=bill.ref,
        payment_reference=payment.ref,
        customer_reference=patient.ref,
        seller=seller(settings),
        customer=Party(name=patient.name, address_lines=address),
        currency=bill.currency,
        lines=_lines(bill),
        taxes=_taxes(bill),
        net=bill.net,
        tax=bill.tax,
        total=bill.total,
        amount_paid=bill.total,
        paid_with=written_method(payment.brand, payment.last4, payment.wallet),
        sterling=sterling,
    )


def _lines(bill: Bill) -> tuple[Line, ...]:
    return tuple(_line(line) for line in bill.lines)


def _line(line: BillLine) -> Line:
    rate_bp = None if line.exemption else line.tax_rate_bp
    return Line(
        label=line.label,
        detail=None,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount=line.amount,
        tax_rate_bp=rate_bp,
        exemption=line.exemption,
        kind=LineKind(line.kind).value,
    )


def _taxes(bill: Bill) -> tuple[TaxLine, ...]:
    return tuple(TaxLine(tax.rate_bp, tax.net, tax.tax, tax.exemption) for tax in bill.taxes)
