"""What is kept of a person, checked by the same rules whoever gives it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import rules
from portal.accounts.models import User
from portal.infrastructure import clock
from portal.money import CURRENCIES
from portal.patients.rules import read_address, read_date_of_birth
from portal.patients.service import patient_of
from portal.settings import Settings

Value = TypeVar("Value")


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
    date_of_birth: date | None = None
    address: tuple[str, ...] | None = None

    @property
    def given(self) -> dict[str, object]:
        """What was given, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


PATIENTS_ONLY = frozenset({"currency", "date_of_birth", "address"})


def read_details(
    settings: Settings,
    *,
    name: str | None = None,
    email: str | None = None,
    currency: str | None = None,
    date_of_birth: str | None = None,
    address: str | None = None,
) -> Details:
    """What was typed, spelled as it is kept. Raises AccountError for the first that is wrong."""
    today = clock.local_date(clock.now(), settings.business_timezone)
    try:
        return Details(
            name=_given(rules.normalise_name, name),
            email=_given(partial(read_email, settings), email),
            currency=_given(_read_currency, currency),
            date_of_birth=_given(partial(read_date_of_birth, today=today), date_of_birth),
            address=_given(read_address, address),
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
    """The names of the details given that are not what is kept of `user`.

    What is kept of patients only makes no difference to anybody else.
    """
    patient = patient_of(session, user.id)
    kept: dict[str, object] = {"name": user.name, "email": user.email}
    if patient is not None:
        kept["currency"] = patient.currency
        kept["date_of_birth"] = patient.date_of_birth
        kept["address"] = tuple(patient.address or ())
    given = details.given
    return tuple(name for name, value in given.items() if name in kept and kept[name] != value)


def user_by_email(session: Session, email: str) -> User | None:
    """The user with this address, spelled as it is kept, locked."""
    return session.scalar(select(User).where(User.email == email).with_for_update())


def _given(read: Callable[[str], Value], text: str | None) -> Value | None:
    if text is None:
        return None
    return read(text)


def _read_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code} is not one of {', '.join(CURRENCIES)}")
    return code
