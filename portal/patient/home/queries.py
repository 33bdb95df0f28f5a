"""What a patient sees first: what is owed, the latest payments, the services they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.catalogue.models import Service
from portal.infrastructure.keyset import beyond, cut
from portal.patient.choices import CHOICE_COLUMNS, AnyRow, Choice, Labels, extra_labels
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import is_current
from portal.references import is_reference
from portal.refunds.rules import MoneyBack, money_back
from portal.refunds.service import sum_columns, sums_from
from portal.standing import Standing, is_overdue, standing_of

BILLS_A_PAGE = 20
LATEST_PAYMENTS = 3
LATEST_SERVICES = 5
# A payment in these is paid, on its way or with the office: the patient is not asked for its bill
# again.
_TAKEN_CARE_OF = (PaymentState.PROCESSING, PaymentState.PAID, PaymentState.REVIEW)


@dataclass(frozen=True)
class Owed:
    """What is owed in one currency, in its minor units; currencies are never added up.

    `first` is the most urgent of its bills.
    """

    currency: str
    total: int
    bills: int
    first: "FirstBill"


@dataclass(frozen=True)
class FirstBill:
    ref: str
    total: int
    due_on: date
    standing: Standing
    overdue: bool


@dataclass(frozen=True)
class OpenBill:
    """`choice` is what was chosen of the service, in words."""

    ref: str
    title: str
    choice: str | None
    requested_at: datetime
    total: int
    currency: str
    due_on: date
    standing: Standing
    overdue: bool


@dataclass(frozen=True)
class LatestPayment:
    """One that is paid; any other is told with its bill."""

    ref: str
    title: str
    choice: str | None
    amount: int
    currency: str
    paid_at: datetime
    money_back: MoneyBack


@dataclass(frozen=True)
class HeldService:
    bill_ref: str
    name: str
    choice: str | None
    state: RequestState
    changed_at: datetime


@dataclass(frozen=True)
class Home:
    """`more_after` is the reference of the last bill shown, where there are further ones."""

    owed: tuple[Owed, ...]
    bills: tuple[OpenBill, ...]
    more_after: str | None
    payments: tuple[LatestPayment, ...]
    services: tuple[HeldService, ...]


def load_home(session: Session, patient_id: int, today: date, after: str | None = None) -> Home:
    """The patient's home page in five queries, one less where nobody chose extras, and one more
    with `after`, the last bill of the page before.

    `today` is the day in the business time zone. Bills stand with the most urgent first.
    """
    bills, has_more = cut(_bills(session, patient_id, after), BILLS_A_PAGE)
    payments = _payments(session, patient_id)
    services = _services(session, patient_id)
    chosen = [Choice.of(row) for row in (*bills, *payments, *services)]
    labels = extra_labels(session, chosen)
    more_after = bills[-1].ref if has_more else None
    return Home(
        owed=_owed(session, patient_id, today),
        bills=tuple(_open_bill(row, labels, today) for row in bills),
        more_after=more_after,
        payments=tuple(
            LatestPayment(
                ref=row.ref,
                title=row.title,
                choice=Choice.of(row).text(labels),
                amount=row.amount,
                currency=row.currency,
                paid_at=row.paid_at,
                money_back=money_back(sums_from(row.received, row)),
            )
            for row in payments
        ),
        services=tuple(
            HeldService(
                bill_ref=row.ref,
                name=row.service_name,
                choice=Choice.of(row).text(labels),
                state=row.state,
                changed_at=row.changed_at,
            )
            for row in services
        ),
    )


_Query: TypeAlias = Select[*tuple[Any, ...]]


def _is_of_bill() -> ColumnElement[bool]:
    return and_(Payment.bill_id == Bill.id, is_current())


def _owed(session: Session, patient_id: int, today: date) -> tuple[Owed, ...]:
    """The sums, and in the same query the bill that stands first in each currency."""
    urgency = func.row_number().over(partition_by=Bill.currency, order_by=(Bill.due_on, Bill.id))
    bills = (
        select(
            Bill.currency,
            Bill.ref,
            Bill.total,
            Bill.due_on,
            Payment.state,
            func.sum(Bill.total).over(partition_by=Bill.currency).label("owed"),
            func.count().over(partition_by=Bill.currency).label("bills"),
            urgency.label("place"),
        )
        .outerjoin(Payment, _is_of_bill())
        .where(
            Bill.patient_id == patient_id,
            Bill.state == BillState.OPEN,
            or_(Payment.state.is_(None), Payment.state.not_in(_TAKEN_CARE_OF)),
        )
        .subquery()
    )
    rows = session.execute(select(bills).where(bills.c.place == 1).order_by(bills.c.currency))
    return tuple(
        Owed(
            currency=row.currency,
            total=int(row.owed),
            bills=row.bills,
            first=_first_bill(row, today),
        )
        for row in rows
    )


def _first_bill(row: AnyRow, today: date) -> FirstBill:
    standing = standing_of(BillState.OPEN, row.state)
    overdue = is_overdue(standing, row.due_on, today)
    return FirstBill(row.ref, row.total, row.due_on, standing, overdue)


def _bills(session: Session, patient_id: int, after: str | None) -> Sequence[AnyRow]:
    query = (
        select(
            Bill.ref,
            Bill.title,
            Bill.created_at,
            Bill.total,
            Bill.currency,
            Bill.due_on,
            Payment.state,
            *CHOICE_COLUMNS,
        )
        .outerjoin(Payment, _is_of_bill())
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Service, Service.id == ServiceRequest.service_id)
        .where(Bill.patient_id == patient_id, Bill.state == BillState.OPEN)
        .order_by(Bill.due_on, Bill.id)
        .limit(BILLS_A_PAGE + 1)
    )
    if after is not None and is_reference(after):
        query = _beyond(session, query, patient_id, after)
    return session.execute(query).all()


def _open_bill(row: AnyRow, labels: Labels, today: date) -> OpenBill:
    standing = standing_of(BillState.OPEN, row.state)
    return OpenBill(
        ref=row.ref,
        title=row.title,
        choice=Choice.of(row).text(labels),
        requested_at=row.created_at,
        total=row.total,
        currency=row.currency,
        due_on=row.due_on,
        standing=standing,
        overdue=is_overdue(standing, row.due_on, today),
    )


def _beyond(
    session: Session, query: Select[*tuple[Any, ...]], patient_id: int, after: str
) -> Select[*tuple[Any, ...]]:
    """The page after a bill, which may meanwhile be paid; one that is not this patient's starts
    from the beginning.
    """
    last = session.execute(
        select(Bill.due_on, Bill.id).where(Bill.ref == after, Bill.patient_id == patient_id)
    ).one_or_none()
    return query if last is None else query.where(beyond((Bill.due_on, Bill.id), last))


def _payments(session: Session, patient_id: int) -> Sequence[AnyRow]:
    """Whatever is paid has the day on which it was."""
    query = (
        select(
            Payment.ref,
            Bill.title,
            Payment.amount,
            Payment.currency,
            Payment.paid_at,
            Payment.received,
            *sum_columns(),
            *CHOICE_COLUMNS,
        )
        .join(Bill, Bill.id == Payment.bill_id)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Service, Service.id == ServiceRequest.service_id)
        .where(
            Payment.patient_id == patient_id,
            Payment.state == PaymentState.PAID,
            Payment.paid_at.is_not(None),
        )
        .order_by(Payment.dated_at.desc(), Payment.id.desc())
        .limit(LATEST_PAYMENTS)
    )
    return session.execute(query).all()


def _services(session: Session, patient_id: int) -> Sequence[AnyRow]:
    query = (
        select(
            Bill.ref,
            ServiceRequest.service_name,
            ServiceRequest.state,
            ServiceRequest.changed_at,
            *CHOICE_COLUMNS,
        )
        .join(Bill, Bill.service_request_id == ServiceRequest.id)
        .join(Service, Service.id == ServiceRequest.service_id)
        .where(
            ServiceRequest.patient_id == patient_id,
            ServiceRequest.state.in_((RequestState.ACTIVE, RequestState.ON_HOLD)),
        )
        .order_by(ServiceRequest.id.desc())
        .limit(LATEST_SERVICES)
    )
    return session.execute(query).all()
