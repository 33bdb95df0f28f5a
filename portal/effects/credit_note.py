"""Issuing the credit note of a refund, from the frozen content of the invoice it takes from."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from invoices import bounds
from invoices.credit_note import CreditNote
from invoices.model import Invoice, TaxLine
from invoices.sterling import SterlingVat, sterling_vat
from portal.audit import service as audit
from portal.documents.models import Document
from portal.documents.numbers import next_number
from portal.documents.rules import DocumentKind
from portal.documents.service import Issue, content_digest, issue
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.refunds.models import Refund
from portal.refunds.rules import credit
from portal.settings import Settings


def issue_credit_note(
    session: Session, settings: Settings, payment: Payment, refund: Refund, amount: int
) -> CreditNote | None:
    """Number and freeze the credit note of `amount` minor units; its job draws it.

    At most what is left of the invoice is credited; None where that is nothing, or where the
    payment has no invoice. Runs under the bill's lock, before `refund.credited` is set.
    """
    invoice = _invoice_of(session, payment.id)
    if invoice is None:
        return None
    said = Invoice.from_dict(invoice.content)
    credited = _credited(session, payment.id)
    amount = min(amount, said.total - credited)
    if amount < 1:
        return None
    day = clock.local_date(refund.happened_at or clock.now(), settings.business_timezone)
    number = next_number(session, DocumentKind.CREDIT_NOTE, day.year)
    content = _content(said, refund, number, day, _portions(said, credited, amount))
    document = issue(
        session,
        Issue(
            DocumentKind.CREDIT_NOTE,
            number,
            issued_on=day,
            content=content.to_dict(),
            bill_id=payment.bill_id,
            payment_id=payment.id,
            patient_id=payment.patient_id,
            lack=invoice.held_for,
        ),
    )
    document.refund_id = refund.id
    audit.record(
        session,
        "credit_note.issued",
        "credit_note",
        number,
        payment=payment.ref,
        refund=refund.ref,
        invoice=invoice.number,
    )
    return content


def complete(session: Session, settings: Settings, document: Document) -> bool:
    """Whether a held credit note (locked) now has all it must say; it is frozen anew with what its
    invoice has come to say.
    """
    invoice = _invoice_of(session, document.payment_id)
    if invoice is None or invoice.held_for is not None:
        return False
    said = Invoice.from_dict(invoice.content)
    before = CreditNote.from_dict(document.content)
    refund = session.get_one(Refund, document.refund_id)
    content = _content(said, refund, document.number, before.issued_on, before.taxes)
    document.held_for = None
    document.content = content.to_dict()
    document.content_digest = content_digest(document.content)
    return True


def _invoice_of(session: Session, payment_id: int) -> Document | None:
    return session.scalar(
        select(Document).where(
            Document.kind == DocumentKind.INVOICE, Document.payment_id == payment_id
        )
    )


def _credited(session: Session, payment_id: int) -> int:
    """What the payment's credit notes have taken off so far, in minor units."""
    notes = session.scalars(
        select(Document.content).where(
            Document.kind == DocumentKind.CREDIT_NOTE, Document.payment_id == payment_id
        )
    )
    return sum(CreditNote.from_dict(content).total for content in notes)


def _portions(said: Invoice, credited: int, amount: int) -> tuple[TaxLine, ...]:
    """What is taken off at each rate; a rate of which nothing is taken off is left out."""
    rates = [(line.net, line.tax) for line in said.taxes]
    portions = credit(rates, said.total, credited, amount)
    return tuple(
        TaxLine(line.rate_bp, portion.net, portion.tax, line.exemption)
        for line, portion in zip(said.taxes, portions, strict=True)
        if portion.net or portion.tax
    )


def _content(
    said: Invoice, refund: Refund, number: str, day: date, taxes: tuple[TaxLine, ...]
) -> CreditNote:
    net, tax = sum(line.net for line in taxes), sum(line.tax for line in taxes)
    # An invoice of before there were bounds may have longer texts, and they are repeated here.
    with bounds.lifted():
        return _credit_note(said, refund, number, day, taxes, net, tax)


def _credit_note(
    said: Invoice,
    refund: Refund,
    number: str,
    day: date,
    taxes: tuple[TaxLine, ...],
    net: int,
    tax: int,
) -> CreditNote:
    return CreditNote(
        number=number,
        issued_on=day,
        invoice_number=said.number,
        invoice_issued_on=said.issued_on,
        bill_reference=said.bill_reference,
        payment_reference=said.payment_reference or "",
        refund_reference=refund.ref,
        seller=said.seller,
        customer=said.customer,
        customer_reference=said.customer_reference,
        currency=said.currency,
        items=tuple(dict.fromkeys(line.label for line in said.lines if line.kind == "fee")),
        taxes=taxes,
        net=net,
        tax=tax,
        total=net + tax,
        refunded_to=said.paid_with,
        sterling=_sterling(said, taxes),
    )


def _sterling(said: Invoice, taxes: tuple[TaxLine, ...]) -> SterlingVat | None:
    """By the rate that the invoice was made with: VAT Notice 700, 18.2.2."""
    if said.sterling is None or not any(line.tax for line in taxes):
        return None
    rate = said.sterling
    return sterling_vat(taxes, said.currency, rate=rate.rate, source=rate.source, month=rate.month)
