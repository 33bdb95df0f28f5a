"""The mails about accounts. Subjects say nothing of care; links are built from PUBLIC_BASE_URL."""

from sqlalchemy.orm import Session

from portal import links
from portal.accounts.models import RoleName, User
from portal.accounts.tokens import LIFETIMES, Purpose, make_token
from portal.mail.service import write
from portal.settings import Settings
from portal.texts import lazy_gettext


def write_invitation(session: Session, settings: Settings, user: User) -> None:
    """A link where the invited user chooses a password."""
    write(
        session,
        settings,
        "invitation",
        user.email,
        lazy_gettext("Set up your account with %(seller)s", seller=settings.seller_name),
        url=links.absolute(
            settings, links.invitation(make_token(settings, Purpose.INVITATION, user))
        ),
        days=LIFETIMES[Purpose.INVITATION].days,
        is_patient=user.role == RoleName.PATIENT,
    )


def write_password_reset(session: Session, settings: Settings, user: User) -> None:
    """A link where somebody who forgot their password chooses another."""
    write(
        session,
        settings,
        "password_reset",
        user.email,
        lazy_gettext("Choose a new password"),
        url=links.absolute(
            settings, links.reset_password(make_token(settings, Purpose.PASSWORD_RESET, user))
        ),
        hours=LIFETIMES[Purpose.PASSWORD_RESET].seconds // 3600,
    )


def write_password_changed(session: Session, settings: Settings, user: User) -> None:
    """Word that the password is another one now, with the way to take it back."""
    write(
        session,
        settings,
        "password_changed",
        user.email,
        lazy_gettext("Your password has changed"),
        url=_forgotten(settings),
    )


def write_email_confirmation(session: Session, settings: Settings, user: User) -> None:
    """To the address asked for: a link that makes it the user's."""
    if user.pending_email is None:
        raise ValueError("no address has been asked for")
    write(
        session,
        settings,
        "email_confirmation",
        user.pending_email,
        lazy_gettext("Confirm your email address"),
        url=links.absolute(
            settings, links.confirm_email(make_token(settings, Purpose.EMAIL_CHANGE, user))
        ),
        hours=LIFETIMES[Purpose.EMAIL_CHANGE].days * 24,
    )


def write_email_change_notice(session: Session, settings: Settings, user: User) -> None:
    """To the address in force: word that another has been asked for."""
    write(
        session,
        settings,
        "email_change_notice",
        user.email,
        lazy_gettext("A change to your email address"),
        url=_forgotten(settings),
    )


def write_email_in_use(session: Session, settings: Settings, email: str) -> None:
    """To the owner of an address that somebody with another account asked for."""
    write(
        session,
        settings,
        "email_in_use",
        email,
        lazy_gettext("Your email address already has an account"),
        url=_forgotten(settings),
    )


def write_address_corrected(session: Session, settings: Settings, user: User) -> None:
    """To the address in force: word that the office has made it the user's."""
    write(
        session,
        settings,
        "address_corrected",
        user.email,
        lazy_gettext("Your email address has been corrected"),
        url=links.absolute(settings, links.sign_in()),
    )


def write_address_left(session: Session, settings: Settings, email: str) -> None:
    """To the address that was in force until the office corrected it."""
    write(
        session,
        settings,
        "address_left",
        email,
        lazy_gettext("Your email address has been corrected"),
    )


def _forgotten(settings: Settings) -> str:
    return links.absolute(settings, links.forgotten_password())
