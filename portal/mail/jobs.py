"""Sending what was written."""

from datetime import timedelta

from portal.context import Portal
from portal.infrastructure import clock
from portal.infrastructure.mail_transport import RecipientRefused
from portal.jobs import Failure, JobKind
from portal.mail.models import Mail
from portal.mail.service import compose


def _run(portal: Portal, mail_id: int) -> None:
    """Send with nothing locked, then note it.

    SMTP has no exactly-once: after a crash between the server's 250 and our commit the mail is sent
    again, with the same Message-ID, by which mail programs know a repeat.
    """
    with portal.db.read() as session:
        mail = session.get_one(Mail, mail_id)
        # Without a text there is nothing to send: it has been sent, or is no longer true.
        message = compose(portal.settings, mail) if mail.text else None
    if message is not None:
        portal.mail.send(message)
    with portal.db.write() as session:
        mail = session.get_one(Mail, mail_id, with_for_update=True)
        if message is not None:
            mail.sent_at = mail.sent_at or clock.now()
        # Links that open things and what was said do not stay behind.
        mail.text = mail.html = ""
        mail.finish()


def _judge(error: Exception) -> Failure:
    """A mail server that is down or does not take us comes back; an address that it does not know
    does not.
    """
    if not isinstance(error, RecipientRefused):
        return Failure.PASSES
    return Failure.FOR_GOOD if error.for_good else Failure.MAY_LAST


# A mail server that hangs must not keep payments waiting, and a mail must not be sent by two
# workers.
KIND = JobKind("mail", Mail, _run, _judge, batch=1, claim=timedelta(minutes=5))
