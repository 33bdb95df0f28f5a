"""Pages while something behind the portal hangs or is gone: an answer soon, and no harm done."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from portal.accounts.models import User
from portal.application import create_app
from portal.context import Portal
from portal.effects.jobs import KIND as DOCUMENT
from portal.infrastructure import db, document_store, postgresql
from portal.infrastructure.document_store import DocumentStore
from portal.infrastructure.redis import SHORT_WAITS
from portal.settings import Settings
from portal.web.limits import limiter
from tests.account_pages.mailbox import mails_to
from tests.support.client import PortalClient, words_of
from tests.support.documents import Issued
from tests.support.hanging import Peer, silent_peer, unreachable_peer
from tests.support.people import Person
from tests.support.portals import make_settings
from tests.support.servers import free_port

SHORT = 0.2


def browser_of(app: Flask) -> PortalClient:
    app.test_client_class = PortalClient
    client = app.test_client()
    assert isinstance(client, PortalClient)
    return client


def test_a_download_from_a_store_that_hangs_says_soon_that_it_may_work_later(
    portal: Portal,
    issue: Callable[..., Issued],
    hanging_bucket: Callable[[Peer], DocumentStore],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issued = issue()
    DOCUMENT.run(portal, issued.receipt_id)
    for name in ("CONNECT_SECONDS", "ANSWER_SECONDS", "RETRY_SECONDS"):
        monkeypatch.setattr(document_store, name, SHORT)
    with silent_peer() as there:
        hanging = replace(portal, documents=hanging_bucket(there))
        began = time.monotonic()
        answer = browser_of(create_app(hanging)).get(f"/r/{issued.token}/receipt.pdf")
        assert time.monotonic() - began < 4
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Try again in a few minutes" in words_of(answer)


def test_a_page_that_cannot_write_says_that_it_may_work_later(
    portal: Portal, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", SHORT)
    monkeypatch.setattr(db, "BUSY_SECONDS", SHORT)
    impatient = replace(portal, db=db.Database(portal.settings.database_url))
    client = browser_of(create_app(impatient))
    with portal.db.write() as holding:
        holding.execute(update(User).where(User.id == alice.user_id).values(name="Alice Allen"))
        answer = client.submit("/forgotten-password", email=alice.email)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert client.submit("/forgotten-password", email=alice.email).status_code == 303
    assert len(mails_to(portal, alice.email)) == 1
    impatient.close()


@pytest.fixture(params=["gone", "silent", "unreachable"])
def redis_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a Redis that does not answer."""
    # The limiter is one for all applications of a process; this one has had no trouble yet.
    monkeypatch.setattr(limiter, "_storage_dead", False)
    monkeypatch.setitem(SHORT_WAITS, "socket_timeout", SHORT)
    monkeypatch.setitem(SHORT_WAITS, "socket_connect_timeout", SHORT)
    peers: dict[str, Callable[[], AbstractContextManager[Peer]]] = {
        "silent": silent_peer,
        "unreachable": unreachable_peer,
    }
    if request.param == "gone":
        yield f"redis://127.0.0.1:{free_port()}/0"
        return
    with peers[request.param]() as there:
        yield f"redis://127.0.0.1:{there.port}/0"


class TestWithoutRedis:
    """Limits and wake-ups are kept in a Redis that does not answer."""

    @pytest.fixture
    def settings(self, database_url: str, tmp_path: Path, redis_url: str) -> Settings:
        return make_settings(
            tmp_path, database_url, rate_limit_storage=redis_url, queue_url=redis_url
        )

    def test_people_sign_in_and_guessing_is_still_limited(
        self,
        alice: Person,
        bob: Person,
        new_client: Callable[[], PortalClient],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.WARNING)
        began = time.monotonic()
        assert new_client().sign_in(bob.email).status_code == 303
        guesses = [new_client().sign_in(alice.email, "wrong").status_code for _ in range(12)]
        assert guesses == [422] * 10 + [429] * 2
        assert new_client().sign_in(bob.email).status_code == 303
        assert time.monotonic() - began < 20
        told = [record for record in caplog.records if "storage" in record.getMessage()]
        assert len(told) == 1

    def test_readiness_says_what_the_portal_does_without(self, client: PortalClient) -> None:
        for _ in range(2):
            answer = client.get("/readyz")
            assert answer.status_code == 200
            assert answer.get_json() == {
                "status": "degraded",
                "queue": "unavailable: the worker looks for jobs by itself",
                "rate limits": "unavailable: each process counts for itself",
            }


def test_with_everything_there_the_portal_is_ready(client: PortalClient) -> None:
    assert client.get("/readyz").get_json() == {
        "status": "ready",
        "queue": "ok",
        "rate limits": "ok",
    }
