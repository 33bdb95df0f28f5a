"""A patient's requests as their clinician sees them: what, since when, and whether to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, case, func, or_, select
from sqlalchemy import type_coerce as as_type
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.clinic.rules import ORDER, since
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import is_current
from portal.standing import Answer, answer_for_clinician


@dataclass(frozen=True)
class RequestView:
    """`since` is when the answer began to be true."""

    name: str
    requested_at: datetime
    answer: Answer
    since: datetime


def view(
    name: str, place: int, requested_at: datetime, changed_at: datetime, paid_at: datetime | None
) -> RequestView:
    """A request as it is shown; `place` is its answer's place in ORDER."""
    answer = ORDER[place]
    return RequestView(name, requested_at, answer, since(answer, requested_at, changed_at, paid_at))


def list_requests(session: Session, patient_id: int, most: int) -> list[RequestView]:
    """The patient's newest requests, at most `most`; withdrawn ones are left out."""
    rows = session.execute(
        select(
            ServiceRequest.service_name,
            place_in_order(),
            ServiceRequest.created_at,
            ServiceRequest.changed_at,
            Payment.paid_at,
        )
        .outerjoin(Bill, Bill.service_request_id == ServiceRequest.id)
        .outerjoin(Payment, is_payment_of_bill())
        .where(ServiceRequest.patient_id == patient_id, _is_not_withdrawn())
        .order_by(ServiceRequest.id.desc())
        .limit(most)
    )
    return [view(*row) for row in rows]


def count_unpaid(session: Session, patient_ids: Sequence[int]) -> dict[int, int]:
    """How many requests of each patient have the answer "not yet"; patients with none are left
    out.
    """
    rows = session.execute(
        select(ServiceRequest.patient_id, func.count().label("unpaid"))
        .outerjoin(Bill, Bill.service_request_id == ServiceRequest.id)
        .outerjoin(Payment, is_payment_of_bill())
        .where(
            ServiceRequest.patient_id.in_(patient_ids),
            place_in_order() == ORDER.index(Answer.NOT_YET),
        )
        .group_by(ServiceRequest.patient_id)
    )
    return {row.patient_id: row.unpaid for row in rows}


def newest_request() -> ScalarSelect[int]:
    """For queries of patients: the id of the newest request that is not withdrawn."""
    request = aliased(ServiceRequest)
    return (
        select(request.id)
        .outerjoin(Bill, Bill.service_request_id == request.id)
        .where(request.patient_id == Patient.id, _is_not_withdrawn())
        .order_by(request.id.desc())
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )


def is_payment_of_bill() -> ColumnElement[bool]:
    """For joins: the payment that counts for the bill."""
    return and_(Payment.bill_id == Bill.id, is_current())


def place_in_order() -> ColumnElement[int]:
    """For queries: the place of a request's answer in ORDER; where there is no request, after all.

    The database is told the answer of every pair of states, so that the rule stands in one place.
    """
    facts = _text(ServiceRequest.state) + "/" + func.coalesce(_text(Payment.state), "")
    places = ((facts.in_(_facts_with(answer)), place) for place, answer in enumerate(ORDER))
    return case(*places, else_=len(ORDER))


def _facts_with(answer: Answer) -> list[str]:
    """The pairs of states with this answer, as `place_in_order` writes them."""
    return [
        f"{request}/{payment or ''}"
        for request in RequestState
        for payment in (None, *PaymentState)
        if answer_for_clinician(request, payment) is answer
    ]


def _text(
    state: InstrumentedAttribute[RequestState] | InstrumentedAttribute[PaymentState],
) -> ColumnElement[str]:
    return as_type(state, String)


def _is_not_withdrawn() -> ColumnElement[bool]:
    return or_(Bill.state.is_(None), Bill.state != BillState.WITHDRAWN)
