"""Pages when the database is not as it should be. Each test breaks one of its own."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from portal import migrations
from portal.context import Portal
from tests.support.client import PortalClient, words_of
from tests.support.people import Person

SignIn = Callable[[Person], PortalClient]


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """One that no other test will be given."""
    migrations.upgrade(empty_database_url)
    return empty_database_url


def test_a_broken_database_still_gives_a_page_to_somebody_signed_in(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    with portal.db.engine.begin() as connection:
        connection.execute(text("drop table user_sessions"))
    answer = client.get("/account")
    assert answer.status_code == 500
    assert "user_sessions" not in words_of(answer)


def test_without_its_database_the_portal_is_not_ready(portal: Portal, client: PortalClient) -> None:
    with portal.db.engine.begin() as connection:
        connection.execute(text("alter table users rename to gone"))
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
