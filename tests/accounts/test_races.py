from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import func, select

from portal.accounts.details import AccountError
from portal.accounts.models import RoleName, User
from portal.accounts.passwords import is_password
from portal.accounts.service import (
    create_user,
    request_password_reset,
    set_password_by_link,
)
from portal.accounts.tokens import Purpose
from portal.context import Portal
from portal.patients.models import Patient
from tests.account_pages.mailbox import last_link
from tests.support.people import Person

Answer = TypeVar("Answer")


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def test_a_link_used_twice_at_once_sets_one_password(portal: Portal, alice: Person) -> None:
    request_password_reset(portal, alice.email)
    token = last_link(portal, alice.email).rpartition("/")[2]
    choices = [f"three quiet words {number}" for number in range(4)]
    users = at_once(
        *(
            partial(set_password_by_link, portal, Purpose.PASSWORD_RESET, token, choice)
            for choice in choices
        )
    )
    ((chosen, _),) = [
        (choice, user) for choice, user in zip(choices, users, strict=True) if user is not None
    ]
    with portal.db.read() as session:
        assert is_password(chosen, session.get_one(User, alice.user_id).password)


def test_a_user_made_twice_at_once_is_one_user(portal: Portal) -> None:
    def make() -> str:
        try:
            return create_user(
                portal, "dora@example.test", RoleName.PATIENT, "Dora Dean", "demo-password"
            )
        except AccountError as error:
            return str(error)

    answers = at_once(make, make, make)
    assert answers.count("dora@example.test already has an account with these details") == 2
    with portal.db.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1
        assert session.scalar(select(func.count()).select_from(Patient)) == 1
