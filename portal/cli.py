"""The `portal` command. A person's mistake is exit 2 with one line; success is 0."""

import sys

import click
from sqlalchemy.exc import OperationalError

from portal import migrations, worker
from portal.accounts.models import RoleName
from portal.accounts.service import AccountError, create_user
from portal.application import create_portal
from portal.context import Portal
from portal.demo.seed import SeedRefused, seed
from portal.infrastructure.db import Database
from portal.money import CURRENCIES
from portal.serve import Server
from portal.settings import Settings, SettingsError, load_settings
from portal.web.logging import configure


class Mistake(click.ClickException):
    """Something the person who typed the command can put right."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"portal: {self.message}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Patient payment portal. Settings come from the environment."""


@cli.command()
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
    settings = _settings()
    if workers > 1 and settings.rate_limit_storage.startswith("memory:"):
        raise Mistake(
            "RATE_LIMIT_STORAGE must be shared (redis://…) when there is more than one worker "
            "process"
        )
    _require_current_schema(settings)
    Server(settings, f"{host}:{port}", workers, threads).run()


@cli.command("worker")
@click.option("--once", is_flag=True, help="Return when nothing is due.")
def worker_command(once: bool) -> None:
    """Run background jobs: webhooks, payments to look after, documents, mails."""
    portal = _portal()
    if once:
        worker.drain(portal)
    else:
        worker.work(portal)


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    migrations.upgrade(_settings().database_url)


@cli.command("seed-demo")
def seed_demo() -> None:
    """Add the demo's people, services and payments; what is there already stays."""
    portal = _portal()
    try:
        seed(portal)
    except SeedRefused as error:
        raise Mistake(str(error)) from None


@cli.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in RoleName]))
@click.option(
    "--name", default="", help="As it stands on documents; without it, the address up to the @."
)
@click.option(
    "--currency",
    type=click.Choice(CURRENCIES),
    default="GBP",
    show_default=True,
    help="Of a patient's bills.",
)
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input; mail no invitation.",
)
def create(email: str, role: str, name: str, currency: str, password_stdin: bool) -> None:
    """Add a person; they are mailed an invitation unless a password is given."""
    password = _typed_password() if password_stdin else None
    portal = _portal()
    try:
        create_user(portal, email, RoleName(role), name, password, currency)
    except AccountError as error:
        raise Mistake(str(error)) from None


def _typed_password() -> str:
    """The first line of standard input, whatever the locale: UTF-8, as browsers send passwords."""
    try:
        return sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise Mistake("--password-stdin: the password is not UTF-8 text") from None


def main() -> None:
    """The entry point: an unreachable database is a line, too, not a stack trace."""
    try:
        cli(prog_name="portal")
    except OperationalError as error:
        click.echo(f"portal: DATABASE_URL: {str(error.orig).splitlines()[0]}", err=True)
        sys.exit(2)


def _settings() -> Settings:
    try:
        settings = load_settings()
    except SettingsError as error:
        raise Mistake(str(error)) from None
    configure(settings)
    return settings


def _portal() -> Portal:
    settings = _settings()
    _require_current_schema(settings)
    return create_portal(settings)


def _require_current_schema(settings: Settings) -> None:
    database = Database(settings.database_url)
    with database.read() as session:
        current = migrations.is_current(session.connection())
    database.engine.dispose()
    if not current:
        raise Mistake("the database is not at the newest schema; run `portal migrate`")
