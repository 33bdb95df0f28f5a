"""The header marks the one way that leads to the page."""

import re
from collections.abc import Callable

import pytest

from tests.support.client import PortalClient
from tests.support.people import Person

SignIn = Callable[[Person], PortalClient]
CURRENT = re.compile(r'<a class="nav__link" href="([^"]*)" aria-current="page">')


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/admin", ["/admin"]),
        ("/admin/payments", ["/admin/payments"]),
        ("/admin/payments?state=paid", ["/admin/payments"]),
        ("/admin/reconcile", ["/admin/reconcile"]),
        ("/account", ["/account"]),
    ],
)
def test_one_way_of_the_office_is_marked(
    adam: Person, sign_in: SignIn, page: str, marked: list[str]
) -> None:
    assert CURRENT.findall(sign_in(adam).get(page).get_data(as_text=True)) == marked


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/", ["/"]),
        ("/payments", ["/payments"]),
        ("/account/email", ["/account"]),
        ("/nowhere", []),
    ],
)
def test_one_way_of_a_patient_is_marked(
    alice: Person, sign_in: SignIn, page: str, marked: list[str]
) -> None:
    assert CURRENT.findall(sign_in(alice).get(page).get_data(as_text=True)) == marked
