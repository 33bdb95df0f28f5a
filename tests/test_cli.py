"""The `portal` command, run as an operator runs it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from portal.settings import Settings
from tests.support.portals import environment_of, make_settings

ROOT = Path(__file__).resolve().parents[1]


def portal_command(
    environment: Mapping[str, str], *arguments: str, typed: bytes = b""
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(environment), input=typed, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(
        command, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_a_person_is_added_and_invited_on_a_new_database(
    empty_database_url: str, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, empty_database_url)
    environment = environment_of(settings)
    assert portal_command(environment, "migrate").returncode == 0
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
        portal_command(environment, *dora, "--password-stdin", typed=b"correct horse battery\n"),
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
    latin = portal_command(environment, *emil, typed="käse und brot\n".encode("latin-1"))
    assert_one_line(latin, "--password-stdin", "UTF-8")
    assert portal_command(environment, *emil, typed="käse und brot\n".encode()).returncode == 0


def test_a_database_without_the_newest_schema_is_refused(
    empty_database_url: str, tmp_path: Path
) -> None:
    environment = environment_of(make_settings(tmp_path, empty_database_url))
    assert_one_line(portal_command(environment, "serve"), "portal migrate")


def test_a_missing_setting_is_one_line(tmp_path: Path) -> None:
    environment = environment_of(make_settings(tmp_path)) | {"STRIPE_SECRET_KEY": ""}
    assert_one_line(portal_command(environment, "migrate"), "STRIPE_SECRET_KEY", "missing")


def test_an_unreachable_database_is_one_line(tmp_path: Path) -> None:
    environment = environment_of(make_settings(tmp_path, "postgresql://portal@127.0.0.1:1/portal"))
    assert_one_line(portal_command(environment, "migrate"), "DATABASE_URL")


def test_the_demo_is_refused_in_production(settings: Settings) -> None:
    environment = environment_of(settings) | {
        "PORTAL_ENV": "production",
        "PUBLIC_BASE_URL": "https://pay.clinic.example",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "STRIPE_API_BASE": "",
        "STRIPE_JS_URL": "",
        "QUEUE_URL": f"sqlite:///{settings.mail_directory.parent / 'queue.sqlite3'}",
    }
    assert_one_line(portal_command(environment, "seed-demo"), "production")


def test_several_server_processes_must_share_their_rate_limits(settings: Settings) -> None:
    assert_one_line(
        portal_command(environment_of(settings), "serve", "--workers", "2"), "RATE_LIMIT_STORAGE"
    )
