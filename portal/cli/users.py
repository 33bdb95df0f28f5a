"""People who sign in: inviting them, and mending what is kept of them."""

import shlex
import sys

import click

from portal.accounts.corrections import correct as correct_person
from portal.accounts.details import AccountError, DetailsDiffer, read_details
from portal.accounts.models import RoleName
from portal.accounts.service import create_user
from portal.cli.start import Mistake, open_portal
from portal.money import CURRENCIES
from portal.patients.rules import DEFAULT_CURRENCY

# What `user correct` calls a detail.
_OPTIONS = {
    "name": "--name",
    "email": "--new-email",
    "currency": "--currency",
    "date_of_birth": "--date-of-birth",
    "address": "--address",
}


@click.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in RoleName]))
@click.option("--name", help="As it stands on documents; without it, the address up to the @.")
@click.option(
    "--currency",
    type=click.Choice(CURRENCIES),
    help=f"Of a patient's bills; without it, {DEFAULT_CURRENCY}.",
)
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input; mail no invitation.",
)
def create(
    email: str, role: str, name: str | None, currency: str | None, password_stdin: bool
) -> None:
    """Add a person; they are mailed an invitation unless a password is given.

    Asked again with the same details, it sends the invitation again until it is accepted.
    """
    password = _typed_password() if password_stdin else None
    try:
        with open_portal() as portal:
            create_user(portal, email, RoleName(role), name or "", password, currency)
    except DetailsDiffer as error:
        typed = {"name": name, "currency": currency}
        raise Mistake(f"{error}. {_way_to_mend(error, typed)}") from None
    except AccountError as error:
        raise Mistake(str(error)) from None


@user.command()
@click.option("--email", required=True, help="The address that the person has now.")
@click.option("--name", help="As it stands on new documents; those issued stay as they are.")
@click.option("--new-email", help="Both addresses are told; the person is signed out.")
@click.option("--currency", type=click.Choice(CURRENCIES), help="Of a patient's new bills.")
@click.option("--date-of-birth", metavar="YYYY-MM-DD", help="Tells patients of one name apart.")
@click.option(
    "--address",
    "lines",
    multiple=True,
    metavar="LINE",
    help="One line of a postal address; give it once for each line, the country last.",
)
def correct(
    email: str,
    name: str | None,
    new_email: str | None,
    currency: str | None,
    date_of_birth: str | None,
    lines: tuple[str, ...],
) -> None:
    """Mend what is kept of a person; what is not given stays."""
    typed = {
        "name": name,
        "email": new_email,
        "currency": currency,
        "date_of_birth": date_of_birth,
        "address": "\n".join(lines) or None,
    }
    if not any(value is not None for value in typed.values()):
        raise Mistake(f"say what to correct: {', '.join(_OPTIONS.values())}")
    try:
        with open_portal() as portal:
            details = read_details(portal.settings, **typed)
            changed = correct_person(portal, email, details)
    except AccountError as error:
        raise Mistake(str(error)) from None
    click.echo(f"Corrected: {', '.join(changed).replace('_', ' ')}")


def _way_to_mend(error: DetailsDiffer, typed: dict[str, str | None]) -> str:
    """The command that makes what was typed the truth."""
    if "role" in error.fields:
        return "An account keeps its role: use another address"
    options = [
        part for field in error.fields for part in (_OPTIONS[field], str(typed[field] or ""))
    ]
    command = ["portal", "user", "correct", "--email", error.email, *options]
    return f"If yours is right: {shlex.join(command)}"


def _typed_password() -> str:
    """The first line of standard input, whatever the locale: UTF-8, as browsers send passwords."""
    try:
        return sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise Mistake("--password-stdin: the password is not UTF-8 text") from None
