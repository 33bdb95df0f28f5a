"""How a written mail leaves the house: an SMTP server, or files in development."""
from typing import Protocol
from email.message import EmailMessage


class MailTransport(Protocol):
    def send(self, message: EmailMessage) -> None: ...
