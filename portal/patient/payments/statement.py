"""What a patient paid in a year, as a table to keep or to send on, to an insurer for example."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from invoices.formats import minor_digits
from portal.bills.models import Bill, ServiceRequest
from portal.catalogue.models import Service
from portal.documents.models import Document
from portal.infrastructure import clock
from portal.patient.choices import CHOICE_COLUMNS, Choice, extra_labels
from portal.patient.payments.queries import is_invoice
from portal.patient.payments.years import is_paid_within
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.refunds.service import refunded_of
from portal.texts import gettext as _

# A cell that begins so is a formula to a spreadsheet (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Entry:
    """One payment. Amounts in minor units of `currency`; `net` and `tax` make up `paid`."""

    paid_on: date
    service: str
    choice: str | None
    invoice: str | None
    reference: str
    method: str | None
    net: int
    tax: int
    paid: int
    refunded: int
    currency: str


def load_year(session: Session, patient_id: int, year: int, zone: str) -> list[Entry]:
    """What the patient paid in a year of the time zone `zone`, the oldest first; two queries."""
    rows = session.execute(
        select(
            Payment.dated_at,
            Bill.title,
            Document.number,
            Payment.ref,
            Payment.brand,
            Payment.last4,
            Payment.wallet,
            Bill.net,
            Bill.tax,
            Payment.amount,
            refunded_of().label("refunded"),
            Payment.currency,
            *CHOICE_COLUMNS,
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Service, Service.id == ServiceRequest.service_id)
        .outerjoin(Document, is_invoice())
        .where(is_paid_within(patient_id, year, zone))
        .order_by(Payment.dated_at, Payment.id)
    ).all()
    labels = extra_labels(session, [Choice.of(row) for row in rows])
    return [
        Entry(
            paid_on=clock.local_date(row.dated_at, zone),
            service=row.title,
            choice=Choice.of(row).text(labels),
            invoice=row.number,
            reference=row.ref,
            method=method_name(row.brand, row.last4, row.wallet),
            net=row.net,
            tax=row.tax,
            paid=row.amount,
            refunded=row.refunded,
            currency=row.currency,
        )
        for row in rows
    ]


def as_csv(entries: list[Entry], clinic: str, patient: str) -> bytes:
    """The table as CSV for spreadsheets: UTF-8 with its mark, days as 2026-11-25, figures plain."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_heads())
    for entry in entries:
        named = (entry.service, entry.choice, entry.invoice, entry.reference, entry.method)
        amounts = (entry.net, entry.tax, entry.paid, entry.refunded)
        writer.writerow(
            [
                entry.paid_on.isoformat(),
                *(_text(each) for each in (clinic, patient, *named)),
                *(_figure(amount, entry.currency) for amount in amounts),
                entry.currency,
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _heads() -> list[str]:
    return [
        _("Paid on"),
        _("Clinic"),
        _("Patient"),
        _("Service"),
        _("Details"),
        _("Invoice"),
        _("Payment reference"),
        _("Paid with"),
        _("Amount before VAT"),
        _("VAT"),
        _("Amount paid"),
        _("Refunded"),
        _("Currency"),
    ]


def _text(value: str | None) -> str:
    """A cell of text: one that would be a formula is marked as text with an apostrophe."""
    if value and value.startswith(_FORMULA):
        return f"'{value}"
    return value or ""


def _figure(amount: int, currency: str) -> str:
    digits = minor_digits(currency)
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"
