"""What a patient sees first: what is owed, the latest payments, the services they have."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.infrastructure.keyset import beyond, cut
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import is_current
from portal.references import is_reference
from portal.standing import Standing, is_overdue, standing_of

BILLS_A_PAGE = 20
LATEST_PAYMENTS = 3
LATEST_SERVICES = 5
# A payment in these is paid, on its way or with the office: the patient is not asked for its bill
# again.
_TAKEN_CARE_OF = (PaymentState.PROCESSING, PaymentState.PAID, PaymentState.REVIEW)


@dataclass(frozen=True)
class Owed:
    """What is owed in one currency, in its minor units; currencies are never added up."""

    currency: str
    total: int
    bills: int


@dataclass(frozen=True)
class OpenBill:
    ref: str
    title: str
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
    amount: int
    currency: str
    paid_at: datetime


@dataclass(frozen=True)
class HeldService:
    bill_ref: str
    name: str
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
    """The patient's home page in four queries, and one more with `after`, the last bill of the page
    before.

    `today` is the day in the business time zone. Bills stand with the most urgent first.
    """
    bills, has_more = cut(_bills(session, patient_id, today, after), BILLS_A_PAGE)
    return Home(
        owed=_owed(session, patient_id),
        bills=tuple(bills),
        more_after=bills[-1].ref if has_more else None,
        payments=_payments(session, patient_id),
        services=_services(session, patient_id),
    )


_Page = Select[str, str, int, str, date, PaymentState]


def _is_of_bill() -> ColumnElement[bool]:
    return and_(Payment.bill_id == Bill.id, is_current())


def _owed(session: Session, patient_id: int) -> tuple[Owed, ...]:
    rows = session.execute(
        select(Bill.currency, func.sum(Bill.total), func.count())
        .outerjoin(Payment, _is_of_bill())
        .where(
            Bill.patient_id == patient_id,
            Bill.state == BillState.OPEN,
            or_(Payment.state.is_(None), Payment.state.not_in(_TAKEN_CARE_OF)),
        )
        .group_by(Bill.currency)
        .order_by(Bill.currency)
    )
    return tuple(Owed(currency, int(total), count) for currency, total, count in rows)


def _bills(session: Session, patient_id: int, today: date, after: str | None) -> list[OpenBill]:
    query = (
        select(Bill.ref, Bill.title, Bill.total, Bill.currency, Bill.due_on, Payment.state)
        .outerjoin(Payment, _is_of_bill())
        .where(Bill.patient_id == patient_id, Bill.state == BillState.OPEN)
        .order_by(Bill.due_on, Bill.id)
        .limit(BILLS_A_PAGE + 1)
    )
    if after is not None and is_reference(after):
        query = _beyond(session, query, patient_id, after)
    found = []
    for ref, title, total, currency, due_on, payment_state in session.execute(query):
        standing = standing_of(BillState.OPEN, payment_state)
        overdue = is_overdue(standing, due_on, today)
        found.append(OpenBill(ref, title, total, currency, due_on, standing, overdue))
    return found


def _beyond(session: Session, query: _Page, patient_id: int, after: str) -> _Page:
    """The page after a bill, which may meanwhile be paid; one that is not this patient's starts
    from the beginning.
    """
    last = session.execute(
        select(Bill.due_on, Bill.id).where(Bill.ref == after, Bill.patient_id == patient_id)
    ).one_or_none()
    return query if last is None else query.where(beyond((Bill.due_on, Bill.id), last))


def _payments(session: Session, patient_id: int) -> tuple[LatestPayment, ...]:
    rows = session.execute(
        select(Payment.ref, Bill.title, Payment.amount, Payment.currency, Payment.paid_at)
        .join(Bill, Bill.id == Payment.bill_id)
        .where(Payment.patient_id == patient_id, Payment.state == PaymentState.PAID)
        .order_by(Payment.dated_at.desc(), Payment.id.desc())
        .limit(LATEST_PAYMENTS)
    )
    # Whatever is paid has the day on which it was.
    return tuple(
        LatestPayment(ref, title, amount, currency, at)
        for ref, title, amount, currency, at in rows
        if at
    )


def _services(session: Session, patient_id: int) -> tuple[HeldService, ...]:
    rows = session.execute(
        select(
            Bill.ref, ServiceRequest.service_name, ServiceRequest.state, ServiceRequest.changed_at
        )
        .join(Bill, Bill.service_request_id == ServiceRequest.id)
        .where(
            ServiceRequest.patient_id == patient_id,
            ServiceRequest.state.in_((RequestState.ACTIVE, RequestState.ON_HOLD)),
        )
        .order_by(ServiceRequest.id.desc())
        .limit(LATEST_SERVICES)
    )
    return tuple(HeldService(ref, name, state, at) for ref, name, state, at in rows)
