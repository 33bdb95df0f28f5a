"""What a command works with: settings, a portal, a way to show that it is at work."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import click
from rich.console import Console

from portal import migrations
from portal.application import create_portal
from portal.context import Portal
from portal.infrastructure.db import Database
from portal.settings import Settings, SettingsError, load_settings
from portal.web.logging import configure


class Mistake(click.ClickException):
    """One line about something that the person who typed the command can put right."""


def read_settings(webhook_secret_known: bool = True) -> Settings:
    """The environment's settings, logging set up by them. Raises Mistake."""
    try:
        settings = load_settings(webhook_secret_known)
    except SettingsError as error:
        raise Mistake(str(error)) from None
    configure(settings)
    return settings


@contextmanager
def open_portal() -> Iterator[Portal]:
    """A portal for one command, its database at the newest schema. Raises Mistake."""
    settings = read_settings()
    require_current_schema(settings)
    with closing(create_portal(settings)) as portal:
        yield portal


def require_current_schema(settings: Settings) -> None:
    """Raises Mistake where `portal migrate` has to run first."""
    with closing(Database(settings.database_url)) as database, database.read() as session:
        current = migrations.is_current(session.connection())
    if not current:
        raise Mistake("the database is not at the newest schema; run `portal migrate`")


def working(at: str) -> AbstractContextManager[object]:
    """Show on a terminal that the command is at work, until the block ends; elsewhere nothing."""
    return Console(stderr=True).status(at)
