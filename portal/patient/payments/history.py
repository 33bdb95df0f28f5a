"""A patient's payments as a list: by state and time, by what is searched for, page by page. Reads
only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill, ServiceRequest
from portal.catalogue.models import Service
from portal.documents.models import Document
from portal.infrastructure.keyset import beyond, cut
from portal.patient.choices import CHOICE_COLUMNS, AnyRow, Choice, extra_labels
from portal.patient.payments.queries import is_invoice
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.search import mentions
from portal.references import is_reference
from portal.refunds.rules import MoneyBack, money_back
from portal.refunds.service import sum_columns, sums_from

PAGE_ROWS = 20
# What a person who comes back is shown at once, at most.
MOST_ROWS = 20 * PAGE_ROWS


class Show(StrEnum):
    """The states that a patient can tell apart, as the list filters them."""

    ALL = "all"
    PAID = "paid"
    PROCESSING = "processing"
    UNPAID = "unpaid"
    CANCELED = "canceled"
    REVIEW = "review"


class Period(StrEnum):
    ALL = "all"
    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"


_STATES = {
    Show.PAID: (PaymentState.PAID,),
    Show.PROCESSING: (PaymentState.PROCESSING,),
    Show.UNPAID: (PaymentState.DRAFT, PaymentState.OPEN, PaymentState.ACTION),
    Show.CANCELED: (PaymentState.CANCELED,),
    Show.REVIEW: (PaymentState.REVIEW,),
}


@dataclass(frozen=True)
class Record:
    """One row of the list. `amount` in minor units; `choice` is what was chosen, in words."""

    ref: str
    title: str
    choice: str | None
    amount: int
    currency: str
    state: PaymentState
    money_back: MoneyBack
    at: datetime
    method: str | None
    invoice_number: str | None


@dataclass(frozen=True)
class Page:
    """Records, the newest first.

    `after` is the reference that the next page begins after, and `continues` the moment of the
    record that stands before the first one; each None where there is none.
    """

    records: list[Record]
    after: str | None
    continues: datetime | None


def list_payments(
    session: Session,
    patient_id: int,
    now: datetime,
    *,
    show: Show = Show.ALL,
    period: Period = Period.ALL,
    words: str = "",
    after: str | None = None,
    rows: int = PAGE_ROWS,
) -> Page | None:
    """Up to `rows` of the patient's payments; None where `after` is not a payment of theirs."""
    query = _matching(patient_id, now, show, period, words)
    continues = None
    if after is not None:
        last = _place(session, patient_id, after)
        if last is None:
            return None
        query = query.where(beyond((Payment.dated_at, Payment.id), last, newest_first=True))
        continues = last.dated_at
    found, has_more = cut(session.execute(query.limit(rows + 1)).all(), rows)
    records = _records(session, found)
    more_after = records[-1].ref if has_more else None
    return Page(records, more_after, continues)


def _matching(
    patient_id: int, now: datetime, show: Show, period: Period, words: str
) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            Payment.id,
            Payment.ref,
            Bill.title,
            Payment.amount,
            Payment.currency,
            Payment.state,
            Payment.dated_at,
            Payment.brand,
            Payment.last4,
            Payment.wallet,
            Payment.received,
            Document.number,
            *sum_columns(),
            *CHOICE_COLUMNS,
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Service, Service.id == ServiceRequest.service_id)
        .outerjoin(Document, is_invoice())
        # A draft given up before Stripe had heard of it is nothing that a patient did.
        .where(
            Payment.patient_id == patient_id,
            or_(Payment.stripe_id.is_not(None), Payment.state != PaymentState.CANCELED),
        )
        .order_by(Payment.dated_at.desc(), Payment.id.desc())
    )
    if show is not Show.ALL:
        query = query.where(Payment.state.in_(_STATES[show]))
    if period is not Period.ALL:
        query = query.where(Payment.dated_at >= now - timedelta(days=int(period)))
    return query.where(mentions(words)) if words else query


def _place(session: Session, patient_id: int, after: str) -> AnyRow | None:
    if not is_reference(after):
        return None
    return session.execute(
        select(Payment.dated_at, Payment.id).where(
            Payment.ref == after, Payment.patient_id == patient_id
        )
    ).one_or_none()


def _records(session: Session, rows: Sequence[AnyRow]) -> list[Record]:
    labels = extra_labels(session, [Choice.of(row) for row in rows])
    return [
        Record(
            ref=row.ref,
            title=row.title,
            choice=Choice.of(row).text(labels),
            amount=row.amount,
            currency=row.currency,
            state=row.state,
            money_back=money_back(sums_from(row.received, row)),
            at=row.dated_at,
            method=method_name(row.brand, row.last4, row.wallet),
            invoice_number=row.number,
        )
        for row in rows
    ]
