"""Logs say what failed, and nobody's name, token or key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.context import Portal
from portal.settings import Environment
from portal.web.logging import configure
from tests.support.portals import make_settings


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def fail_with(secret: str) -> None:
    """Fails while a local variable holds `secret`."""
    kept = secret + "."
    raise RuntimeError(f"{len(kept)} characters")


@pytest.mark.usefixtures("logs_as_before")
@pytest.mark.parametrize("environment", list(Environment))
def test_a_traceback_shows_where_and_never_what_variables_held(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(make_settings(tmp_path).model_copy(update={"portal_env": environment}))
    try:
        fail_with("alice@example" + ".test")
    except RuntimeError:
        structlog.get_logger().warning("job failed", exc_info=True)
    logged = capsys.readouterr().err
    assert "fail_with" in logged
    assert "19 characters" in logged
    assert "alice@example.test" not in logged


def test_a_database_error_does_not_quote_what_was_to_be_stored(portal: Portal) -> None:
    with portal.db.read() as session, pytest.raises(SQLAlchemyError) as caught:
        session.execute(
            text("select nothing from nowhere where email = :email"),
            {"email": "alice@example.test"},
        )
    assert "alice@example.test" not in str(caught.value)
