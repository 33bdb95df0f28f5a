"""Making users, and the changes they make to themselves.

Each change is one transaction with its sessions, audit and mail. Passwords are hashed before it
begins.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import messages, passwords, rules, sessions, tokens
from portal.accounts.details import (
    AccountError,
    Details,
    DetailsDiffer,
    differing,
    read_details,
    read_email,
    user_by_email,
)
from portal.accounts.models import RoleName, User
from portal.accounts.tokens import Purpose
from portal.audit import service as audit
from portal.context import Portal
from portal.infrastructure import clock
from portal.mail.service import redirect
from portal.patients import service as patients
from portal.patients.rules import DEFAULT_CURRENCY
from portal.references import new_reference


def create_user(
    portal: Portal,
    email: str,
    role: RoleName,
    name: str = "",
    password: str | None = None,
    currency: str | None = None,
) -> str:
    """Add a user (a patient with their patient row) and return the user's reference.

    Without a `password` an invitation is mailed to `email`; asking again with the same details for
    somebody who has not accepted theirs mails another. Without a `name` the address up to the @ is
    it, without a `currency` DEFAULT_CURRENCY. Raises DetailsDiffer where the address has an account
    with other details, and AccountError for a bad or taken address, a name that cannot stand on a
    document, a weak password or a currency the portal does not bill in.
    """
    email = read_email(portal.settings, email)
    details = read_details(portal.settings, name=name or None, currency=currency)
    if password is not None and (problem := rules.password_problem(password, email, name)):
        raise AccountError(problem)
    password_hash = None if password is None else passwords.hash_password(password)
    try:
        ref = _create_or_invite(portal, email, role, details, password_hash)
    except IntegrityError:
        # Somebody else made the user at the same moment: now it is there to compare with.
        ref = _create_or_invite(portal, email, role, details, password_hash)
    portal.wake(timedelta(0))
    return ref


def invite(
    portal: Portal, email: str, role: RoleName, name: str, currency: str | None = None
) -> str:
    """Add a user and mail them a link where they choose their password. As `create_user` without a
    password.
    """
    return create_user(portal, email, role, name, None, currency)


def open_session(portal: Portal, user: User, via: str) -> str:
    """Note that `user` has signed in, by `via`, and return the token for the browser's cookie."""
    with portal.db.write() as session:
        audit.record(session, "user.signed_in", "user", user.ref, user.id, via=via)
        return sessions.open_session(session, user.id, clock.now())


def end_session(portal: Portal, user: User, token: str) -> None:
    """Note that `user` has signed out of the browser with this token; its cookie is worth nothing
    from now on.
    """
    with portal.db.write() as session:
        sessions.end_session(session, token, clock.now())
        audit.record(session, "user.signed_out", "user", user.ref, user.id)


def record_failed_sign_in(portal: Portal, user: User | None) -> None:
    """Note a sign-in refused; an unknown address is noted too (not which), so that both take as
    long.
    """
    ref, user_id = (user.ref, user.id) if user else ("unknown", None)
    with portal.db.write() as session:
        audit.record(session, "user.sign_in_failed", "user", ref, user_id)


def user_of_link(portal: Portal, purpose: Purpose, token: str) -> User | None:
    """The user for whom this mailed link still works, if it does."""
    with portal.db.read() as session:
        return _claimed_user(session, portal, purpose, token)


def request_password_reset(portal: Portal, email: str) -> None:
    """Mail a link to the user with this address, if there is one.

    For an unknown address the same work is done and undone, so that the time taken does not tell
    which it was.
    """
    with portal.db.writing_session() as session:
        user = user_by_email(session, email)
        if user is not None and user.active:
            messages.write_password_reset(session, portal.settings, user)
            audit.record(session, "user.password_reset_requested", "user", user.ref, user.id)
            session.commit()
        else:
            messages.write_password_reset(session, portal.settings, _nobody(email))
            session.rollback()
    portal.wake(timedelta(0))


def set_password_by_link(
    portal: Portal, purpose: Purpose, token: str, password: str
) -> User | None:
    """Set the password of an invited user, or of one who forgot theirs, and sign out every browser.

    None where the link no longer works. The link, and every other mailed to the user before, is
    dead afterwards.
    """
    password_hash = passwords.hash_password(password)
    with portal.db.write() as session:
        user = _claimed_user(session, portal, purpose, token, lock=True)
        if user is None:
            return None
        _set_password(session, user, password_hash)
        user.confirmed_at = user.confirmed_at or clock.now()
        if purpose is Purpose.INVITATION:
            audit.record(session, "user.invitation_accepted", "user", user.ref, user.id)
        else:
            audit.record(session, "user.password_reset", "user", user.ref, user.id)
            messages.write_password_changed(session, portal.settings, user)
    portal.wake(timedelta(0))
    return user


def change_password(portal: Portal, user_id: int, password: str) -> User:
    """Set the password and sign out every browser; the caller signs this one in again. Returns the
    changed user.
    """
    password_hash = passwords.hash_password(password)
    with portal.db.write() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        _set_password(session, user, password_hash)
        audit.record(session, "user.password_changed", "user", user.ref, user.id)
        messages.write_password_changed(session, portal.settings, user)
    portal.wake(timedelta(0))
    return user


def request_email_change(portal: Portal, user_id: int, email: str) -> None:
    """Mail a link to the new address and a notice to the old one; the address changes when the link
    is followed.

    If the new address has an account already, its owner is told so by mail and the person asking
    learns nothing.
    """
    with portal.db.write() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        user.pending_email = email
        audit.record(session, "user.email_change_requested", "user", user.ref, user.id)
        if user_by_email(session, email) is None:
            messages.write_email_confirmation(session, portal.settings, user)
        else:
            messages.write_email_in_use(session, portal.settings, email)
        messages.write_email_change_notice(session, portal.settings, user)
    portal.wake(timedelta(0))


def confirm_email_change(portal: Portal, token: str) -> bool:
    """Make the address asked for the user's; False where the link no longer works or somebody else
    has the address.
    """
    try:
        with portal.db.write() as session:
            user = _claimed_user(session, portal, Purpose.EMAIL_CHANGE, token, lock=True)
            if user is None or user.pending_email is None:
                return False
            old, user.email, user.pending_email = user.email, user.pending_email, None
            redirect(session, old, user.email)
            audit.record(session, "user.email_changed", "user", user.ref, user.id)
    except IntegrityError:
        return False
    return True


def end_other_sessions(portal: Portal, user: User, token: str) -> int:
    """Sign out the user's browsers but the one with this token; returns how many there were."""
    with portal.db.write() as session:
        ended = sessions.end_sessions(session, user.id, clock.now(), keep=token)
        audit.record(
            session, "user.other_sessions_ended", "user", user.ref, user.id, sessions=ended
        )
    return ended


def _create_or_invite(
    portal: Portal, email: str, role: RoleName, details: Details, password_hash: str | None
) -> str:
    with portal.db.write() as session:
        user = user_by_email(session, email)
        if user is None:
            user = _add_user(session, email, role, details, password_hash)
        else:
            _check_that_invited(session, user, role, details)
            if password_hash is not None:
                raise AccountError(
                    f"{email} has been invited already; without a password, the invitation is "
                    "sent again"
                )
        if password_hash is None:
            messages.write_invitation(session, portal.settings, user)
        return user.ref


def _check_that_invited(session: Session, user: User, role: RoleName, details: Details) -> None:
    """Only somebody who has not accepted yet, and whose details are the same, is invited again."""
    fields = differing(session, user, details)
    if user.role != role:
        fields = ("role", *fields)
    if fields:
        raise DetailsDiffer(user.email, fields)
    if user.password is not None:
        raise AccountError(f"{user.email} already has an account with these details")


def _add_user(
    session: Session, email: str, role: RoleName, details: Details, password_hash: str | None
) -> User:
    name = details.name or rules.normalise_name(email.partition("@")[0])
    user = _new_user(email, role, name)
    user.password = password_hash
    user.confirmed_at = None if password_hash is None else clock.now()
    session.add(user)
    session.flush()
    if role == RoleName.PATIENT:
        patients.add_patient(session, user.id, name, details.currency or DEFAULT_CURRENCY)
    audit.record(session, "user.created", "user", user.ref, role=role)
    return user


def _new_user(email: str, role: RoleName, name: str) -> User:
    return User(
        ref=new_reference("USR"),
        email=email,
        name=name,
        role=role,
        active=True,
        fs_uniquifier=new_reference("USR"),
        created_at=clock.now(),
    )


def _nobody(email: str) -> User:
    """A user who is never kept, to do for an unknown address what is done for a known one."""
    return _new_user(email, RoleName.PATIENT, "")


def _claimed_user(
    session: Session, portal: Portal, purpose: Purpose, token: str, lock: bool = False
) -> User | None:
    claim = tokens.read_token(portal.settings, purpose, token)
    if claim is None:
        return None
    select_user = select(User).where(User.ref == claim.user_ref)
    if lock:
        select_user = select_user.with_for_update()
    user = session.scalar(select_user)
    return user if tokens.holds(claim, user) else None


def _set_password(session: Session, user: User, password_hash: str) -> None:
    """A new identity goes with a new password: it ends every session and every link mailed
    before.
    """
    user.password = password_hash
    user.fs_uniquifier = new_reference("USR")
    user.pending_email = None
    sessions.end_sessions(session, user.id, clock.now())
