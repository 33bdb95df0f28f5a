"""A real portal on a fresh database, with the offline Stripe in the same process, and its web
application.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from portal.accounts import passwords
from portal.application import create_app
from portal.context import Portal
from portal.infrastructure.db import Database
from portal.infrastructure.document_store import open_store
from portal.infrastructure.mail_transport import open_transport
from portal.settings import Settings
from portal.stripe_api.client import StripeApi
from portal.worker import drain
from tests.support.client import PortalClient
from tests.support.offline_stripe import SECRET_KEY, WEBHOOK_SECRET, StripeHere
from tests.support.queries import Statements, statements_sent

STRIPE_ADDRESS = "http://127.0.0.1:12111"


def make_settings(folder: Path, database_url: str = "sqlite://", **changes: object) -> Settings:
    """Settings of a test portal that keeps its files in `folder`."""
    values: dict[str, object] = {
        "portal_env": "test",
        "database_url": database_url,
        "secret_key": "test-" + "0" * 40,
        "public_base_url": "http://localhost",
        "stripe_secret_key": SECRET_KEY,
        "stripe_publishable_key": "pk_test_portal",
        "stripe_webhook_secret": WEBHOOK_SECRET,
        "stripe_api_base": STRIPE_ADDRESS,
        "stripe_js_url": f"{STRIPE_ADDRESS}/endive/stripe.js",
        "document_store": (folder / "documents").as_uri(),
        "mail_directory": folder / "mail",
        "queue_url": "immediate://",
        "log_level": "WARNING",
    }
    return Settings(_env_file=None, **(values | changes))  # type: ignore[arg-type]


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a process of its own comes to the same settings."""
    inherited = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    values = {name.upper(): str(getattr(settings, name)) for name in Settings.model_fields}
    return inherited | values


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return make_settings(tmp_path, database_url)


def make_portal(settings: Settings, stripe: StripeHere) -> Portal:
    """A portal whose Stripe is the offline one, called without sockets; whoever makes it
    closes it.
    """
    return Portal(
        settings=settings,
        db=Database(settings.database_url),
        stripe=StripeApi(settings, http_client=stripe.http_client),
        documents=open_store(settings.document_store),
        mail=open_transport(settings),
        wake=_nobody,
    )


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at next to no cost; tests/accounts/test_passwords.py holds what they
    cost otherwise.
    """
    quick = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "TIME_COST", quick.time_cost)
    monkeypatch.setattr(passwords, "MEMORY_COST", quick.memory_cost)


@pytest.fixture
def portal(settings: Settings, stripe: StripeHere, quick_passwords: None) -> Iterator[Portal]:
    """A portal on a fresh database; nothing wakes its worker: see `run_jobs`."""
    made = make_portal(settings, stripe)
    yield made
    made.close()


def _nobody(delay: timedelta) -> None:
    """There is no worker to wake."""


class CompiledTemplates(BytecodeCache):
    """Templates compiled once a process: each test makes an application, and compiling would take
    half its time.
    """

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_COMPILED = CompiledTemplates()


@pytest.fixture
def app(portal: Portal, stripe: StripeHere) -> Flask:
    application = create_app(portal)
    application.test_client_class = PortalClient
    application.jinja_env.bytecode_cache = _COMPILED
    stripe.deliver_to(application)
    return application


@pytest.fixture
def new_client(app: Flask) -> Callable[[], PortalClient]:
    """Makes a browser of its own each time it is called."""

    def make() -> PortalClient:
        client = app.test_client()
        assert isinstance(client, PortalClient)
        return client

    return make


@pytest.fixture
def client(new_client: Callable[[], PortalClient]) -> PortalClient:
    """A browser with nobody signed in."""
    return new_client()


@pytest.fixture
def run_jobs(portal: Portal) -> Callable[[], int]:
    """Runs everything that is due now, and what that makes due; returns how many jobs ran."""
    return lambda: drain(portal)


@pytest.fixture
def queries(portal: Portal) -> Callable[[], AbstractContextManager[Statements]]:
    """`with queries() as sent:` collects the SQL sent inside."""
    return lambda: statements_sent(portal.db)


class Clock:
    """Time for a test: it goes on, and it can be moved."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def now(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        self._traveller.shift(by)

    def move_to(self, moment: datetime) -> None:
        self._traveller.move_to(moment)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Moves time for everything in this process: the portal, its tokens, the offline Stripe."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        yield Clock(traveller)
