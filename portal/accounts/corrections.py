"""Mending what is kept of a person, at the word of an administrator."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import messages, sessions
from portal.accounts.details import (
    PATIENTS_ONLY,
    AccountError,
    Details,
    differing,
    read_email,
    user_by_email,
)
from portal.accounts.models import User
from portal.audit import service as audit
from portal.context import Portal
from portal.infrastructure import clock
from portal.mail.service import redirect
from portal.patients import service as patients
from portal.patients.models import Patient
from portal.references import new_reference


def correct(portal: Portal, email: str, details: Details, by: int | None = None) -> tuple[str, ...]:
    """Make `details` the truth about whoever has this address; returns the names of what changed.

    `by` is the administrator's user id; None: somebody at the command line. Bills, invoices and
    mails already made stay as they are. A new address signs the person out everywhere and ends
    every link mailed before; both addresses are told. Raises AccountError where nobody has this
    address, nothing differs, the new address is taken, or a detail is kept of patients only.
    """
    email = read_email(portal.settings, email)
    try:
        with portal.db.write() as session:
            changed = _correct(session, portal, email, details, by)
    except IntegrityError:
        raise _taken(details) from None
    portal.wake(timedelta(0))
    return changed


def _correct(
    session: Session, portal: Portal, email: str, details: Details, by: int | None
) -> tuple[str, ...]:
    user = user_by_email(session, email)
    if user is None:
        raise AccountError(f"nobody has the address {email}")
    patient = _locked_patient(session, user)
    if patient is None and (details.given.keys() & PATIENTS_ONLY):
        raise AccountError(f"{email} is not a patient: only name and email address can be changed")
    changed = differing(session, user, details)
    if not changed:
        raise AccountError(f"nothing differs from what is kept of {email}")
    if details.name is not None:
        user.name = details.name
    if patient is not None:
        patients.correct(
            session,
            patient,
            by,
            name=details.name,
            currency=details.currency,
            date_of_birth=details.date_of_birth,
            address=details.address,
        )
    audit.record(session, "user.corrected", "user", user.ref, by, fields=" ".join(changed))
    if details.email is not None and details.email != email:
        _move_to(session, portal, user, details.email)
    return changed


def _locked_patient(session: Session, user: User) -> Patient | None:
    return session.scalar(select(Patient).where(Patient.user_id == user.id).with_for_update())


def _move_to(session: Session, portal: Portal, user: User, email: str) -> None:
    """Whoever reads mail at the old address may be the wrong person: nothing it opened stays open.

    Somebody who has not accepted an invitation yet gets another at the new address.
    """
    if user_by_email(session, email) is not None:
        raise _taken(Details(email=email))
    old, user.email, user.pending_email = user.email, email, None
    user.fs_uniquifier = new_reference("USR")
    sessions.end_sessions(session, user.id, clock.now())
    session.flush()
    redirect(session, old, email)
    messages.write_address_left(session, portal.settings, old)
    if user.password is None:
        messages.write_invitation(session, portal.settings, user)
    else:
        messages.write_address_corrected(session, portal.settings, user)


def _taken(details: Details) -> AccountError:
    return AccountError(f"{details.email} already has another account")
