"""A clinician's own patients, the unpaid first. Looking at one patient is written to the audit
trail.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.clinic.people import Person, fits, is_in_care_of, person
from portal.clinic.requests import (
    RequestView,
    count_unpaid,
    is_payment_of_bill,
    list_requests,
    newest_request,
    place_in_order,
    view,
)
from portal.clinic.rules import ORDER, read_search
from portal.context import Portal
from portal.patients.models import CareRelationship, Patient
from portal.payments.models import Payment
from portal.references import is_reference
from portal.standing import Answer

PAGE_ROWS = 50
ALL_REQUESTS = 100
# How an address names the place in ORDER where the next page begins.
_PLACES = [*(answer.value for answer in ORDER), "none"]


@dataclass(frozen=True)
class PatientRow:
    """A patient in a list with their newest request, if any; `others_unpaid` counts the requests
    besides that one that are not paid yet.
    """

    person: Person
    newest: RequestView | None
    others_unpaid: int


@dataclass(frozen=True)
class PatientView:
    """A patient and their requests, the newest first; withdrawn ones are left out. `has_more`: not
    all are here.
    """

    person: Person
    requests: list[RequestView]
    has_more: bool


@dataclass(frozen=True)
class Page:
    """Some of the patients who were asked for: the unpaid first, then by last name.

    `found` counts them from the beginning of this page on, `after` says where the next page begins;
    `births` are the days that the date of birth in a search was taken for.
    """

    patients: list[PatientRow]
    found: int
    after: str | None = None
    births: tuple[date, ...] = ()

    @property
    def unshown(self) -> int:
        return self.found - len(self.patients)


def list_patients(
    session: Session, clinician_id: int, today: date, after: str | None = None
) -> Page | None:
    """One page of the clinician's patients; None where `after` is no place in their list."""
    if after is None:
        return _page(session, clinician_id, today)
    begins = _begins_after(session, clinician_id, after)
    return None if begins is None else _page(session, clinician_id, today, begins)


def find_patients(session: Session, clinician_id: int, text: str, today: date) -> Page:
    """The clinician's patients whom `text` fits, as many as a page holds: parts of names, a date of
    birth, a reference or its end, in any order.
    """
    search = read_search(text, today)
    if search.is_empty:
        return Page([], 0)
    return _page(session, clinician_id, today, fits(search), births=search.births or ())


def look_up(portal: Portal, clinician_id: int, ref: str, today: date) -> PatientView | None:
    """The clinician's patient of that reference with all their requests; None where they do not
    care for them.
    """
    if not is_reference(ref):
        return None
    with portal.db.write() as session:
        row = session.execute(
            select(Patient.id, Patient.name, Patient.date_of_birth)
            .join(CareRelationship, is_in_care_of(clinician_id))
            .where(Patient.ref == ref)
        ).one_or_none()
        if row is None:
            return None
        audit.record(session, "patient.looked_up", "patient", ref, user_id=clinician_id)
        requests = list_requests(session, row.id, ALL_REQUESTS + 1)
    whose = person(ref, row.name, row.date_of_birth, today)
    return PatientView(whose, requests[:ALL_REQUESTS], len(requests) > ALL_REQUESTS)


def _page(
    session: Session,
    clinician_id: int,
    today: date,
    *conditions: ColumnElement[bool],
    births: tuple[date, ...] = (),
) -> Page:
    rows = session.execute(_listed(clinician_id).where(*conditions)).all()
    unpaid = count_unpaid(session, [row.id for row in rows])
    patients = [_as_shown(row, unpaid.get(row.id, 0), today) for row in rows]
    found = rows[0].found if rows else 0
    after = None
    if found > len(rows):
        after = f"{_PLACES[rows[-1].place]}.{rows[-1].ref}"
    return Page(patients, found, after, births)


def _listed(clinician_id: int) -> Select[*tuple[Any, ...]]:
    """The clinician's patients in the order of the list, each with their newest request."""
    place = place_in_order().label("place")
    return (
        select(
            Patient.id,
            Patient.ref,
            Patient.name,
            Patient.date_of_birth,
            place,
            ServiceRequest.service_name,
            ServiceRequest.created_at,
            ServiceRequest.changed_at,
            Payment.paid_at,
            func.count().over().label("found"),
        )
        .join(CareRelationship, is_in_care_of(clinician_id))
        .outerjoin(ServiceRequest, ServiceRequest.id == newest_request())
        .outerjoin(Bill, Bill.service_request_id == ServiceRequest.id)
        .outerjoin(Payment, is_payment_of_bill())
        .order_by(place, Patient.name_key, Patient.id)
        .limit(PAGE_ROWS)
    )


def _as_shown(row: Row[*tuple[Any, ...]], unpaid: int, today: date) -> PatientRow:
    whose = person(row.ref, row.name, row.date_of_birth, today)
    if row.place == len(ORDER):
        return PatientRow(whose, None, 0)
    newest = view(row.service_name, row.place, row.created_at, row.changed_at, row.paid_at)
    return PatientRow(whose, newest, unpaid - (newest.answer is Answer.NOT_YET))


def _begins_after(session: Session, clinician_id: int, after: str) -> ColumnElement[bool] | None:
    """What comes after a place in the list; None where it is no place in this clinician's list.

    The place names the answer that its patient had when the page was made: one who has paid since
    does not take the next page along.
    """
    answer, _, ref = after.partition(".")
    if answer not in _PLACES or not is_reference(ref):
        return None
    last = session.execute(
        select(Patient.name_key, Patient.id)
        .join(CareRelationship, is_in_care_of(clinician_id))
        .where(Patient.ref == ref)
    ).one_or_none()
    if last is None:
        return None
    here = (_PLACES.index(answer), last.name_key, last.id)
    return tuple_(place_in_order(), Patient.name_key, Patient.id) > tuple_(*here)
