from pathlib import Path

from portal.settings import Settings
from tests.cli.command import assert_done, assert_one_line, portal_command
from tests.support.portals import environment_of, make_settings


def test_a_database_without_the_newest_schema_is_refused(
    empty_database_url: str, tmp_path: Path
) -> None:
    environment = environment_of(make_settings(tmp_path, empty_database_url))
    assert_one_line(portal_command(environment, "serve"), "portal migrate")


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


def test_nothing_is_printed_where_no_terminal_shows_progress(settings: Settings) -> None:
    environment = environment_of(settings)
    assert_done(portal_command(environment, "migrate"))
    assert_done(portal_command(environment, "worker", "--once"))
