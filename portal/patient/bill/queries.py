"""How a bill's payment stands. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from portal.documents.models import Document
from portal.documents.rules import DocumentKind, Readiness, readiness
from portal.payments.method import method_name
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import is_current
from portal.refunds.rules import MoneyBack, money_back
from portal.refunds.service import sum_columns, sums_from


@dataclass(frozen=True)
class BillPayment:
    """A bill's one payment outside canceled, for the bill's total, and how its invoice stands.

    `error_code` is why its last try failed, and `tried_at` when that was.
    """

    ref: str
    state: PaymentState
    method: str | None
    at: datetime
    error_code: str | None
    tried_at: datetime
    invoice_number: str | None
    invoice: Readiness | None
    money_back: MoneyBack


def find_payment(session: Session, bill_id: int) -> BillPayment | None:
    """How the bill's payment stands, with its invoice, in one query; None while nobody has begun to
    pay.
    """
    invoice = and_(Document.payment_id == Payment.id, Document.kind == DocumentKind.INVOICE)
    query: Select[*tuple[Any, ...]] = (
        select(Payment, Document.number, Document.stored_at, Document.held_for, *sum_columns())
        .outerjoin(Document, invoice)
        .where(Payment.bill_id == bill_id, is_current())
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    payment, number, stored_at, held_for, *_sums = found
    return BillPayment(
        ref=payment.ref,
        state=payment.state,
        method=method_name(payment.brand, payment.last4, payment.wallet),
        at=payment.paid_at or payment.created_at,
        error_code=payment.error_code,
        tried_at=payment.started_at,
        invoice_number=number,
        invoice=readiness(number, stored_at, held_for),
        money_back=money_back(sums_from(payment.received, found)),
    )
