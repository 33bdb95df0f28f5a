"""A mail server, and portals that send through it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.context import Portal
from portal.infrastructure.mail_transport import open_transport
from portal.mail.models import Mail
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
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self.folder.glob("*.eml"))
        ]


@contextmanager
def running_server(folder: Path, *arguments: str) -> Iterator[MailServer]:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.infrastructure.smtp_server", str(folder), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield MailServer(int(process.stdout.readline()), folder)
        finally:
            process.terminate()


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    with running_server(tmp_path / "taken") as server:
        yield server


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A PEM file: a certificate of this machine that nobody has signed, and its key."""
    path = tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN=localhost"
    )
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run(
        [*command.split(), "-addext", names, "-keyout", path, "-out", tmp_path / "public.pem"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    path.write_text(path.read_text() + (tmp_path / "public.pem").read_text())
    return path


@pytest.fixture
def encrypted_server(tmp_path: Path, certificate: Path) -> Iterator[MailServer]:
    """A server that takes mail after STARTTLS only."""
    with running_server(tmp_path / "taken", str(certificate)) as server:
        yield server


@pytest.fixture
def smtp_portal(portal: Portal, mail_server: MailServer, tmp_path: Path) -> Portal:
    """A portal whose mail goes to the server."""
    settings = make_settings(tmp_path, portal.settings.database_url, smtp_url=mail_server.url)
    return replace(portal, settings=settings, mail=open_transport(settings))


def stored_mail(portal: Portal, mail_id: int) -> Mail:
    with portal.db.read() as session:
        return session.get_one(Mail, mail_id)
