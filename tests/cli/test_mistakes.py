"""However a command goes wrong by its user's hand, it ends with exit 2 and one line."""

from pathlib import Path

import pytest

from portal.settings import Settings
from tests.cli.command import assert_one_line, portal_command
from tests.support.portals import environment_of, make_settings


def test_a_missing_setting_is_one_line(tmp_path: Path) -> None:
    environment = environment_of(make_settings(tmp_path)) | {"STRIPE_SECRET_KEY": ""}
    assert_one_line(portal_command(environment, "migrate"), "STRIPE_SECRET_KEY", "missing")


def test_an_unreachable_database_is_one_line(tmp_path: Path) -> None:
    environment = environment_of(make_settings(tmp_path, "postgresql://portal@127.0.0.1:1/portal"))
    assert_one_line(portal_command(environment, "migrate"), "DATABASE_URL")


@pytest.mark.parametrize("settings_that_count", [("STRIPE_API_BASE", "http://127.0.0.1:1")])
@pytest.mark.parametrize("command", [("webhook-endpoint", "check"), ("webhook-endpoint", "create")])
def test_an_unreachable_stripe_is_one_line(
    settings: Settings, settings_that_count: tuple[str, str], command: tuple[str, ...]
) -> None:
    environment = environment_of(settings) | dict([settings_that_count])
    assert_one_line(portal_command(environment, *command), "Stripe cannot be reached")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("sreve",), "sreve"),
        (("serve", "--prot", "1"), "--prot"),
        (("serve", "--port", "a"), "--port"),
        (("serve", "more"), "more"),
        (("user", "create", "--email", "dora@example.test"), "--role"),
        (("user", "create", "--email", "dora@example.test", "--role", "boss"), "boss"),
        (("user", "correct", "--email", "dora@example.test", "--currency", "XXX"), "XXX"),
        (("webhook-endpoint", "delete"), "delete"),
    ],
)
def test_a_command_mistyped_is_one_line(
    tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    environment = environment_of(make_settings(tmp_path))
    assert_one_line(portal_command(environment, *arguments), word)


def test_a_group_without_a_command_lists_its_commands(tmp_path: Path) -> None:
    done = portal_command(environment_of(make_settings(tmp_path)), "user")
    assert done.returncode == 2
    assert "correct" in done.stderr
