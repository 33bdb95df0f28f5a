"""Running the portal: the pages, the worker, the schema, the demo."""

from contextlib import closing

import click

from portal import migrations
from portal import worker as background
from portal.cli.start import (
    Mistake,
    open_portal,
    read_settings,
    require_current_schema,
    working,
)
from portal.demo.seed import SeedRefused, seed
from portal.infrastructure.db import Database
from portal.serve import Server
from portal.stripe_sync.inbox import reopen_followed
from portal.stripe_sync.reconcile.jobs import plan


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535)
)
@click.option(
    "--workers", envvar="WEB_CONCURRENCY", default=1, show_default=True, type=click.IntRange(1)
)
@click.option(
    "--threads", envvar="WEB_THREADS", default=8, show_default=True, type=click.IntRange(1)
)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the portal's pages."""
    settings = read_settings()
    if workers > 1 and settings.rate_limit_storage.startswith("memory:"):
        raise Mistake(
            "RATE_LIMIT_STORAGE must be shared (redis://…) when there is more than one worker "
            "process"
        )
    require_current_schema(settings)
    Server(settings, f"{host}:{port}", workers, threads).run()


@click.command()
@click.option("--once", is_flag=True, help="Return when nothing is due.")
def worker(once: bool) -> None:
    """Run background jobs: webhooks, payments to look after, documents, mails."""
    with open_portal() as portal:
        if not once:
            background.work(portal)
            return
        with working("Running what is due"):
            background.drain(portal)


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    settings = read_settings()
    with working("Bringing the database to the newest schema"):
        migrations.upgrade(settings.database_url)
        with closing(Database(settings.database_url)) as database:
            reopen_followed(database)
            plan(database, settings.business_timezone)


@click.command()
def seed_demo() -> None:
    """Add the demo's people, services and payments; what is there already stays."""
    try:
        with open_portal() as portal:
            seed(portal)
    except SeedRefused as error:
        raise Mistake(str(error)) from None
