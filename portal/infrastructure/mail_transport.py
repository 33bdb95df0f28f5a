"""How a written mail leaves the house: an SMTP server, or files in development."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from portal.mail_addresses import one_address
from portal.settings import Settings, SettingsError

# Until the server has greeted us.
CONNECT_SECONDS = 5.0
# For each answer after that: servers look into a message before they take it. Far below a job's
# claim, so that no second worker sends what this one is still sending.
ANSWER_SECONDS = 15.0
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
# What says that an address will never take mail (RFC 3463, 3.2 and 3.3). The other permanent ones
# are about us, as "relaying denied" and a blocked network are, or about a mailbox that is full.
_DEAD_ADDRESS = frozenset(("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"))
# The same of servers without enhanced statuses (RFC 5321, 4.2.3).
_NO_SUCH_MAILBOX = frozenset((550, 551, 553))
# "Closing the connection" is about the server, whatever it was asked.
_CLOSING = 421
_ADDRESS = re.compile(r"[^\s<>,;:()'\"]+@[^\s<>,;:()'\"]+")


class DeliveryError(Exception):
    """The server did not take the message. The text has its answer, without anybody's address."""


class RecipientRefused(DeliveryError):
    """The server works, and does not take this message for this recipient: not now, or never
    (`for_good`).
    """

    def __init__(self, answer: str, for_good: bool) -> None:
        super().__init__(answer)
        self.for_good = for_good


class MailTransport(Protocol):
    """How a composed message leaves the house."""

    def send(self, message: EmailMessage) -> None:
        """Hand over one message with one recipient; when this returns, the other side has it.

        Raises RecipientRefused, DeliveryError or OSError.
        """


class StartTls(StrEnum):
    """Whether an `smtp://` connection is encrypted: if the server offers it, always, or not at
    all.
    """

    OFFERED = "offered"
    REQUIRED = "required"
    NEVER = "never"


@dataclass(frozen=True)
class SmtpTransport:
    """An SMTP server; certificates are always checked against the machine's authorities."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    # TLS from the first byte (`smtps://`).
    implicit_tls: bool = False
    starttls: StartTls = StartTls.OFFERED
    # How we introduce ourselves; smtplib would ask the name service, which may take seconds to say
    # nothing.
    own_name: str = "localhost"

    def send(self, message: EmailMessage) -> None:
        try:
            with self._connection() as smtp:
                smtp.send_message(message)
        except smtplib.SMTPException as error:
            # Without the cause: the library's error quotes the recipient, and would end in the log.
            raise _our_error(error) from None

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        smtp = self._connect()
        try:
            if not self.implicit_tls:
                self._start_tls(smtp)
            if self.user is not None:
                smtp.login(self.user, self.password or "")
            yield smtp
            # The message is taken: a server that fumbles its goodbye must not make us send it
            # twice.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        smtp = self._greeted()
        if smtp.sock is not None:
            smtp.sock.settimeout(ANSWER_SECONDS)
        return smtp

    def _greeted(self) -> smtplib.SMTP:
        if self.implicit_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                self.host, self.port, self.own_name, timeout=CONNECT_SECONDS, context=context
            )
        return smtplib.SMTP(self.host, self.port, self.own_name, timeout=CONNECT_SECONDS)

    def _start_tls(self, smtp: smtplib.SMTP) -> None:
        if self.starttls is StartTls.NEVER:
            return
        smtp.ehlo_or_helo_if_needed()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
        elif self.starttls is StartTls.REQUIRED:
            raise DeliveryError("the server does not offer STARTTLS")


@dataclass(frozen=True)
class FolderTransport:
    """Development: each mail is a file in `folder`, with its HTML beside it for a browser."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / _file_name(message)
        path.with_suffix(".eml").write_bytes(message.as_bytes())
        html = message.get_body(("html",))
        if html is not None:
            # A file has no header to name its encoding, and the styles come before the page's own
            # word on it.
            path.with_suffix(".html").write_text(html.get_content(), encoding="utf-8-sig")


def open_transport(settings: Settings) -> MailTransport:
    """By SMTP_URL: `smtp://user:pass@host:port?starttls=offered|required|never` or `smtps://…`;
    unset: a folder.

    With a password in it, `starttls` is `required` unless the address says otherwise. Raises
    SettingsError.
    """
    if one_address(settings.mail_from) is None:
        raise SettingsError("MAIL_FROM must be one mail address such as payments@clinic.example")
    if not settings.smtp_url:
        return FolderTransport(settings.mail_directory)
    parts = urlsplit(settings.smtp_url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0:
        raise SettingsError(
            "SMTP_URL must be an address such as smtp://user:password@mail.clinic.example:587"
        )
    implicit_tls = parts.scheme == "smtps"
    default = StartTls.REQUIRED if parts.password else StartTls.OFFERED
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    wanted = parse_qs(parts.query).get("starttls", [default])[-1]
    if wanted not in tuple(StartTls):
        raise SettingsError("SMTP_URL has a starttls that is not offered, required or never")
    return SmtpTransport(
        host=parts.hostname,
        port=port or (465 if implicit_tls else 25),
        user=user,
        password=password,
        implicit_tls=implicit_tls,
        starttls=StartTls(wanted),
        own_name=urlsplit(settings.public_base_url).hostname or "localhost",
    )


def _file_name(message: EmailMessage) -> str:
    """Moment, subject and reference: "20261130T140500-receipt-for-your-payment-MAIL-…". Subjects
    name nobody.
    """
    written = parsedate_to_datetime(str(message["Date"]))
    subject = re.sub(r"[^a-z0-9]+", "-", str(message["Subject"]).lower()).strip("-")[:60]
    reference = str(message["Message-ID"]).strip("<>").partition("@")[0]
    return f"{written:%Y%m%dT%H%M%S}-{subject}-{reference}"


def _our_error(error: smtplib.SMTPException) -> DeliveryError:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return _refusal("recipient refused", code, _text(reply), _NO_SUCH_MAILBOX)
    if isinstance(error, smtplib.SMTPDataError):
        return _refusal("message refused", error.smtp_code, _text(error.smtp_error), frozenset())
    if isinstance(error, smtplib.SMTPResponseException):
        answer = f"{error.smtp_code} {_text(error.smtp_error)}"
        return DeliveryError(_without_addresses(f"{type(error).__name__}: {answer}"))
    return DeliveryError(_without_addresses(f"{type(error).__name__}: {error}"))


def _refusal(what: str, code: int, answer: str, for_good: frozenset[int]) -> DeliveryError:
    """`for_good`: the codes that mean it where the answer has no enhanced status."""
    text = _without_addresses(f"{what}: {code} {answer}")
    if code == _CLOSING:
        return DeliveryError(text)
    status = _ENHANCED.match(answer.strip())
    if status is None:
        return RecipientRefused(text, code in for_good)
    return RecipientRefused(text, status[0] in _DEAD_ADDRESS)


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub("<address>", text)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
