"""A real SMTP server in a process of its own: `python -m tests.infrastructure.smtp_server FOLDER
[CERTIFICATE]` prints its port.

With a certificate (a PEM file with its key) it takes mail after STARTTLS only.

Each message taken becomes a file in FOLDER before the 250 is sent. It answers as the recipient's
name asks: those of ANSWERS are refused, `spam554@…` after the text, and `goodbye@…` fumbles QUIT.
"""

import asyncio
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ANSWERS = {
    "busy421": "421 4.3.2 closing the connection, try later",
    "busy450": "450 4.2.1 mailbox busy",
    "full552": "552 5.2.2 the mailbox is full",
    "relay554": "554 5.7.1 <{address}>: relaying denied",
    "unknown550": "550 5.1.1 <{address}>: no such person here",
    "plain550": "550 no such person here",
    "closed521": "521 5.2.1 <{address}>: this mailbox is closed",
    "moved551": "551 moved away",
}
USER, PASSWORD = b"portal", b"p:ss/w@rd"


class Office:
    """What becomes of each message."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        if name in ANSWERS:
            return ANSWERS[name].format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if envelope.rcpt_tos[0].startswith("spam554@"):
            return "554 5.7.1 we do not want this"
        session.login_data = envelope.rcpt_tos[0]
        self.taken += 1
        # As servers on the way do, with the name that the sender gave itself.
        content = f"Received: from {session.host_name}\r\n".encode() + (
            envelope.original_content or b""
        )
        (self.folder / f"{self.taken:04d}.eml").write_bytes(content)
        return "250 OK: taken"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        fumbles = str(session.login_data).startswith("goodbye@")
        return "554 5.0.0 what was that?" if fumbles else "221 2.0.0 bye"


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=right, handled=False)


async def serve(folder: Path, certificate: Path | None = None) -> None:
    office = Office(folder)
    tls = None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)

    def connect() -> SMTP:
        return SMTP(
            office,
            hostname="mail.example.test",
            authenticator=authenticate,
            auth_require_tls=tls is not None,
            tls_context=tls,
            require_starttls=tls is not None,
        )

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    folder, *certificates = map(Path, sys.argv[1:])
    asyncio.run(serve(folder, *certificates))
