"""A mail server, and portals that send through it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.context import Portal
from portal.mail.models import Mail
from portal.mail.transport import open_transport
from tests.support.portals import make_settings


@dataclass(frozen=True)
class MailServer:
    """A real SMTP server in another process."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def taken(self) -> list[EmailMessage]:
        """What it has taken, in order."""
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self.folder.glob("*.eml"))
        ]


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    folder = tmp_path / "taken"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.mail.smtp_server", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield MailServer(int(process.stdout.readline()), folder)
        process.terminate()


@pytest.fixture
def smtp_portal(portal: Portal, mail_server: MailServer, tmp_path: Path) -> Portal:
    """A portal whose mail goes to the server."""
    settings = make_settings(tmp_path, portal.settings.database_url, smtp_url=mail_server.url)
    return replace(portal, settings=settings, mail=open_transport(settings))


def stored_mail(portal: Portal, mail_id: int) -> Mail:
    with portal.db.read() as session:
        return session.get_one(Mail, mail_id)
