"""All payments, for the office: filtered, searched, a page at a time. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.bills.models import Bill
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.infrastructure.keyset import beyond, cut
from portal.patients.models import Patient
from portal.patients.names import name_key
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.search import mentions
from portal.references import is_reference
from portal.refunds.rules import MoneyBack, money_back
from portal.refunds.service import sum_columns, sums_from

PAGE_ROWS = 25


class Period(StrEnum):
    """How far back the list goes, in days."""

    ALL = "all"
    WEEK = "7"
    MONTH = "30"
    YEAR = "365"


@dataclass(frozen=True)
class Filters:
    """What is listed; `state` None: payments of every state."""

    state: PaymentState | None = None
    period: Period = Period.ALL
    words: str = ""


@dataclass(frozen=True)
class Row:
    """One payment. `amount` in minor units of `currency`; `at` when it was paid, else begun."""

    ref: str
    patient: str
    at: datetime
    method: str | None
    amount: int
    currency: str
    state: PaymentState
    money_back: MoneyBack


def list_payments(
    session: Session, now: datetime, filters: Filters, after: str | None = None
) -> tuple[list[Row], str | None] | None:
    """Up to PAGE_ROWS payments, the newest first, and the reference that the next page begins
    after; None where `after` is no payment.
    """
    query = _query(now, filters)
    if after is not None:
        last = _place(session, after)
        if last is None:
            return None
        query = query.where(beyond((Payment.dated_at, Payment.id), last, newest_first=True))
    found, has_more = cut(session.execute(query.limit(PAGE_ROWS + 1)).all(), PAGE_ROWS)
    rows = [
        Row(
            ref=row.ref,
            patient=row.name,
            at=row.dated_at,
            method=method_name(row.brand, row.last4, row.wallet),
            amount=row.amount,
            currency=row.currency,
            state=row.state,
            money_back=money_back(sums_from(row.received, row)),
        )
        for row in found
    ]
    more_after = rows[-1].ref if has_more else None
    return rows, more_after


def _query(now: datetime, filters: Filters) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(
            Payment.id,
            Payment.ref,
            Payment.dated_at,
            Payment.brand,
            Payment.last4,
            Payment.wallet,
            Payment.amount,
            Payment.currency,
            Payment.state,
            Payment.received,
            Patient.name,
            *sum_columns(),
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .join(Patient, Patient.id == Payment.patient_id)
        .order_by(Payment.dated_at.desc(), Payment.id.desc())
    )
    if filters.state is not None:
        query = query.where(Payment.state == filters.state)
    if filters.period is not Period.ALL:
        query = query.where(Payment.dated_at >= now - timedelta(days=int(filters.period)))
    if filters.words:
        query = _searched(query, filters.words)
    return query


def _searched(query: Select[*tuple[Any, ...]], words: str) -> Select[*tuple[Any, ...]]:
    """Found by what a bank statement shows, by the patient's name or email, or by Stripe's id."""
    key = name_key(words)
    found = [
        mentions(words),
        User.email.icontains(words, autoescape=True),
        Payment.stripe_id == words,
    ]
    if key:
        found.append(Patient.name_key.contains(key, autoescape=True))
    document = (Document.payment_id == Payment.id) & (Document.kind == DocumentKind.INVOICE)
    return (
        query.outerjoin(Document, document)
        .outerjoin(User, User.id == Patient.user_id)
        .where(or_(*found))
    )


def _place(session: Session, after: str) -> Any:
    if not is_reference(after):
        return None
    place = select(Payment.dated_at, Payment.id).where(Payment.ref == after)
    return session.execute(place).one_or_none()
