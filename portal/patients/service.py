"""Patients: finding them, adding them, mending what is kept of them."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.context import Portal
from portal.documents.service import recheck_held
from portal.infrastructure import clock
from portal.patients.models import Patient
from portal.references import new_reference


def patient_of(session: Session, user_id: int) -> Patient | None:
    """The patient whom this user is, if any."""
    return session.scalar(select(Patient).where(Patient.user_id == user_id))


def add_patient(session: Session, user_id: int, name: str, currency: str) -> Patient:
    """Add the patient whom this user is to the running transaction."""
    patient = Patient(
        ref=new_reference("PAT"),
        user_id=user_id,
        name=name,
        currency=currency,
        created_at=clock.now(),
    )
    session.add(patient)
    return patient


def change_currency(portal: Portal, patient_id: int, user_id: int, currency: str) -> None:
    """Bill `patient_id` in `currency` from now on; bills already made keep theirs. `user_id` is who
    asked.
    """
    with portal.db.write() as session:
        patient = session.get_one(Patient, patient_id, with_for_update=True)
        set_currency(session, patient, currency, user_id)


def set_currency(session: Session, patient: Patient, currency: str, user_id: int | None) -> None:
    """As `change_currency`, for a locked patient in the running transaction."""
    if patient.currency == currency:
        return
    patient.currency = currency
    audit.record(
        session, "patient.currency_changed", "patient", patient.ref, user_id, currency=currency
    )


def change_address(portal: Portal, patient_id: int, user_id: int, address: tuple[str, ...]) -> None:
    """Keep a patient's postal address, and have invoices looked at that wait for it. `user_id` is
    who asked.
    """
    with portal.db.write() as session:
        patient = session.get_one(Patient, patient_id, with_for_update=True)
        if tuple(patient.address or ()) == address:
            return
        correct(session, patient, user_id, address=address)
        audit.record(session, "patient.address_changed", "patient", patient.ref, user_id)
    portal.wake(timedelta(0))


def correct(
    session: Session,
    patient: Patient,
    user_id: int | None,
    *,
    name: str | None = None,
    currency: str | None = None,
    date_of_birth: date | None = None,
    address: tuple[str, ...] | None = None,
) -> None:
    """Mend a locked patient's details in the running transaction; None leaves one as it is.

    Documents already drawn stay as they are; those held back are looked at again. `user_id` is who
    asked.
    """
    if currency is not None:
        set_currency(session, patient, currency, user_id)
    patient.name = name or patient.name
    patient.date_of_birth = date_of_birth or patient.date_of_birth
    if address is not None:
        patient.address = list(address)
    if name is not None or address is not None:
        recheck_held(session, patient.id)
