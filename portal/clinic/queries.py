"""Whether a clinician's own patients have paid. Looking at one patient is written to the audit
trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState
from portal.clinic.rules import Answer, answer, is_named
from portal.context import Portal
from portal.patients.models import CareRelationship, Patient
from portal.payments.models import Payment
from portal.payments.service import is_current
from portal.references import is_reference

PAGE_ROWS = 20
LATEST_REQUESTS = 5
ALL_REQUESTS = 100


@dataclass(frozen=True)
class RequestView:
    name: str
    requested_at: datetime
    answer: Answer


@dataclass(frozen=True)
class PatientView:
    """A patient and their requests, the newest first; withdrawn ones are left out. `has_more`: not
    all are here.
    """

    ref: str
    name: str
    requests: list[RequestView]
    has_more: bool


@dataclass(frozen=True)
class Page:
    """Patients by name; `after` is the reference that the next page begins after.

    `unshown` is how many more a search has found than one page holds: more letters will find fewer.
    """

    patients: list[PatientView]
    after: str | None = None
    unshown: int = 0


def list_patients(session: Session, clinician_id: int, after: str | None = None) -> Page | None:
    """One page of the clinician's patients with their latest requests; None where `after` is not
    one of them.
    """
    if after is not None and not is_reference(after):
        return None
    query = _own_patients(clinician_id).order_by(Patient.name, Patient.id).limit(PAGE_ROWS + 1)
    if after is not None:
        last = session.execute(
            _own_patients(clinician_id).where(Patient.ref == after)
        ).one_or_none()
        if last is None:
            return None
        query = query.where(
            (Patient.name > last.name) | and_(Patient.name == last.name, Patient.id > last.id)
        )
    rows = session.execute(query).all()
    shown = rows[:PAGE_ROWS]
    return Page(
        _views(session, shown, LATEST_REQUESTS),
        after=shown[-1].ref if len(rows) > PAGE_ROWS else None,
    )


def find_patients(session: Session, clinician_id: int, words: str) -> Page:
    """The clinician's patients with these `words` in their name, as many as a page holds.

    Compared here and not by the database, whose idea of case and accents depends on its kind.
    """
    everybody = session.execute(_own_patients(clinician_id).order_by(Patient.name, Patient.id))
    found = [row for row in everybody if is_named(row.name, words)]
    return Page(
        _views(session, found[:PAGE_ROWS], LATEST_REQUESTS), unshown=max(0, len(found) - PAGE_ROWS)
    )


def look_up(portal: Portal, clinician_id: int, ref: str) -> PatientView | None:
    """The clinician's patient of that reference with all their requests; None where they do not
    care for them.
    """
    if not is_reference(ref):
        return None
    with portal.db.write() as session:
        row = session.execute(_own_patients(clinician_id).where(Patient.ref == ref)).one_or_none()
        if row is None:
            return None
        audit.record(session, "patient.looked_up", "patient", ref, user_id=clinician_id)
        return _views(session, [row], ALL_REQUESTS)[0]


def _views(session: Session, rows: Sequence[Row[int, str, str]], most: int) -> list[PatientView]:
    """The patients of `rows` with at most `most` requests each."""
    requests = _latest_requests(session, [row.id for row in rows], most + 1)
    views = []
    for row in rows:
        own = requests.get(row.id, [])
        views.append(PatientView(row.ref, row.name, own[:most], has_more=len(own) > most))
    return views


def _own_patients(clinician_id: int) -> Select[int, str, str]:
    return (
        select(Patient.id, Patient.ref, Patient.name)
        .join(CareRelationship, CareRelationship.patient_id == Patient.id)
        .where(CareRelationship.clinician_id == clinician_id)
    )


def _latest_requests(
    session: Session, patient_ids: list[int], most: int
) -> dict[int, list[RequestView]]:
    """Each patient's newest requests, at most `most`, in one query."""
    newest = (
        select(
            ServiceRequest.id,
            func.row_number()
            .over(partition_by=ServiceRequest.patient_id, order_by=ServiceRequest.id.desc())
            .label("place"),
        )
        .outerjoin(Bill, Bill.service_request_id == ServiceRequest.id)
        .where(
            ServiceRequest.patient_id.in_(patient_ids),
            or_(Bill.state.is_(None), Bill.state != BillState.WITHDRAWN),
        )
        .subquery()
    )
    rows = session.execute(
        select(
            ServiceRequest.patient_id,
            ServiceRequest.service_name,
            ServiceRequest.created_at,
            ServiceRequest.state,
            Payment.state.label("payment_state"),
        )
        .join(newest, newest.c.id == ServiceRequest.id)
        .outerjoin(Bill, Bill.service_request_id == ServiceRequest.id)
        .outerjoin(Payment, and_(Payment.bill_id == Bill.id, is_current()))
        .where(newest.c.place <= most)
        .order_by(ServiceRequest.id.desc())
    )
    found: dict[int, list[RequestView]] = {}
    for row in rows:
        told = answer(row.state, row.payment_state)
        found.setdefault(row.patient_id, []).append(
            RequestView(row.service_name, row.created_at, told)
        )
    return found
