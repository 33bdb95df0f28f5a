"""What is kept of a person, checked by the same rules whoever gives it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import rules
from portal.accounts.models import User
from portal.money import CURRENCIES
from portal.patients.service import patient_of
from portal.settings import Settings


class AccountError(Exception):
    """What is wrong with a request about somebody's account, in one line for whoever made it."""


class DetailsDiffer(AccountError):
    """The address has an account, and what was given differs from it in `fields`."""

    def __init__(self, email: str, fields: tuple[str, ...]) -> None:
        said = " and ".join(field.replace("_", " ") for field in fields)
        super().__init__(f"{email} already has an account, with another {said}")
        self.email = email
        self.fields = fields


@dataclass(frozen=True, kw_only=True)
class Details:
    """A person's details; None: not given. Those named in PATIENTS_ONLY are kept of patients."""

    name: str | None = None
    email: str | None = None
    currency: str | None = None

    @property
    def given(self) -> dict[str, object]:
        """What was given, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


PATIENTS_ONLY = frozenset({"currency"})


def read_details(
    settings: Settings,
    *,
    name: str | None = None,
    email: str | None = None,
    currency: str | None = None,
) -> Details:
    """What was typed, spelled as it is kept. Raises AccountError for the first that is wrong."""
    if currency is not None and currency not in CURRENCIES:
        raise AccountError(f"{currency} is not one of {', '.join(CURRENCIES)}")
    try:
        return Details(
            name=None if name is None else rules.normalise_name(name),
            email=None if email is None else read_email(settings, email),
            currency=currency,
        )
    except ValueError as error:
        raise AccountError(str(error)) from None


def read_email(settings: Settings, text: str) -> str:
    """An address spelled as it is kept. Raises AccountError."""
    try:
        return rules.normalise_email(text, test_domains=not settings.production)
    except ValueError as error:
        raise AccountError(str(error)) from None


def differing(session: Session, user: User, details: Details) -> tuple[str, ...]:
    """The names of the details given that are not what is kept of `user`."""
    patient = patient_of(session, user.id)
    kept = {
        "name": user.name,
        "email": user.email,
        "currency": patient.currency if patient else None,
    }
    return tuple(name for name, value in details.given.items() if kept[name] != value)


def user_by_email(session: Session, email: str) -> User | None:
    """The user with this address, spelled as it is kept, locked."""
    return session.scalar(select(User).where(User.email == email).with_for_update())
