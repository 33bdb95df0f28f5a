"""Inviting people and mending what is kept of them, at the command line."""

import shlex
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleName, User
from portal.accounts.service import invite
from portal.context import Portal
from portal.patients.models import Patient
from portal.settings import Settings
from tests.account_pages.mailbox import mails_to
from tests.cli.command import Done, assert_done, assert_one_line, portal_command, portal_process
from tests.support.people import Person
from tests.support.portals import environment_of, make_settings


def test_a_person_is_added_and_invited_on_a_new_database(
    empty_database_url: str, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, empty_database_url)
    environment = environment_of(settings)
    assert portal_process(environment, "migrate").returncode == 0
    dora = (
        "user",
        "create",
        "--email",
        "dora@example.test",
        "--role",
        "patient",
        "--name",
        "Dora Dean",
    )
    assert portal_command(environment, *dora).returncode == 0
    assert portal_command(environment, "worker", "--once").returncode == 0
    (mail,) = settings.mail_directory.glob("*.eml")
    assert "/invite/" in mail.read_text()
    assert_one_line(
        portal_process(environment, *dora, "--password-stdin", typed=b"correct horse battery\n"),
        "dora@",
    )


@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
def test_a_password_from_standard_input_must_be_utf_8_whatever_the_locale(
    settings: Settings, language: str
) -> None:
    environment = environment_of(settings) | {"LC_ALL": language}
    emil = (
        "user",
        "create",
        "--email",
        "emil@example.test",
        "--role",
        "patient",
        "--password-stdin",
    )
    latin = portal_process(environment, *emil, typed="käse und brot\n".encode("latin-1"))
    assert_one_line(latin, "--password-stdin", "UTF-8")
    assert portal_process(environment, *emil, typed="käse und brot\n".encode()).returncode == 0


def user_command(settings: Settings, *arguments: str) -> Done:
    return portal_command(environment_of(settings), "user", *arguments)


def test_inviting_again_with_the_same_details_sends_the_invitation_again(
    settings: Settings, portal: Portal
) -> None:
    invite(portal, "dora@example.test", RoleName.PATIENT, "Dora Dean", currency="EUR")
    dora = ("create", "--email", "Dora@example.test", "--role", "patient")
    for details in ((), ("--name", "Dora  Dean"), ("--currency", "EUR")):
        assert_done(user_command(settings, *dora, *details))
    assert [mail.kind for mail in mails_to(portal, "dora@example.test")] == ["invitation"] * 4


def test_the_command_that_inviting_again_with_other_details_names_mends_them(
    settings: Settings, portal: Portal
) -> None:
    invite(portal, "dora@example.test", RoleName.PATIENT, "Dora Dean")
    again = (
        "create",
        "--email",
        "dora@example.test",
        "--role",
        "patient",
        "--name",
        "Dora O'Dean",
        "--currency",
        "EUR",
    )
    refused = user_command(settings, *again)
    assert_one_line(refused, "another name and currency", "portal user correct")
    assert len(mails_to(portal, "dora@example.test")) == 1
    named = shlex.split(refused.stderr.partition("If yours is right: portal ")[2])
    done = portal_command(environment_of(settings), *named)
    assert (done.returncode, done.stdout) == (0, "Corrected: name, currency\n")
    assert_done(user_command(settings, *again))
    with portal.db.read() as session:
        patient = session.scalars(select(Patient)).one()
        assert (patient.name, patient.currency) == ("Dora O'Dean", "EUR")


def test_a_patients_date_of_birth_and_address_are_typed_line_by_line(
    settings: Settings, portal: Portal, alice: Person
) -> None:
    born = ("--date-of-birth", "1954-03-28")
    lives = ("--address", " 1  High Street", "--address", "Leeds", "--address", "United Kingdom")
    done = user_command(settings, "correct", "--email", alice.email, *born, *lives)
    assert (done.returncode, done.stdout) == (0, "Corrected: date of birth, address\n")
    with portal.db.read() as session:
        patient = session.get_one(Patient, alice.patient_id)
        assert patient.date_of_birth == date(1954, 3, 28)
        assert patient.address == ["1 High Street", "Leeds", "United Kingdom"]


def test_what_is_kept_of_patients_only_makes_no_difference_to_staff(
    settings: Settings, portal: Portal
) -> None:
    invite(portal, "dora@example.test", RoleName.CLINICIAN, "Dora Dean")
    again = ("create", "--email", "dora@example.test", "--role", "clinician", "--currency", "EUR")
    assert_done(user_command(settings, *again))


def test_an_account_keeps_its_role(settings: Settings, alice: Person) -> None:
    again = ("create", "--email", alice.email, "--role", "clinician", "--name", "Alice Archer")
    refused = user_command(settings, *again)
    assert_one_line(refused, "another role", "use another address")


def test_somebody_who_has_accepted_is_not_invited_again(settings: Settings, alice: Person) -> None:
    again = ("create", "--email", alice.email, "--role", "patient", "--name", "Alice Archer")
    assert_one_line(user_command(settings, *again), "already has an account")


def test_a_new_address_is_corrected_at_the_command_line(
    settings: Settings, portal: Portal, alice: Person
) -> None:
    wanted = ("correct", "--email", alice.email, "--new-email", "archer@example.test")
    done = user_command(settings, *wanted)
    assert (done.returncode, done.stdout) == (0, "Corrected: email\n")
    with portal.db.read() as session:
        assert session.get_one(User, alice.user_id).email == "archer@example.test"


@pytest.mark.parametrize(
    ("details", "word"),
    [
        ((), "--new-email"),
        (("--name", "Alice Archer"), "nothing differs"),
        (("--name", " "), "A name must have"),
        (("--new-email", "archer"), "correct format"),
        (("--date-of-birth", "28/03/1954"), "like 1954-03-28"),
        (("--address", " "), "An address must have"),
        (("--new-email", "bob@example.test"), "bob@example.test already has another account"),
    ],
)
def test_a_correction_that_cannot_be_made_is_one_line(
    settings: Settings, alice: Person, bob: Person, details: tuple[str, ...], word: str
) -> None:
    correct = user_command(settings, "correct", "--email", alice.email, *details)
    assert_one_line(correct, word)


def test_an_address_that_nobody_has_cannot_be_corrected(settings: Settings) -> None:
    correct = ("correct", "--email", "nobody@example.test", "--name", "Nobody")
    refused = user_command(settings, *correct)
    assert_one_line(refused, "nobody has the address nobody@example.test")
