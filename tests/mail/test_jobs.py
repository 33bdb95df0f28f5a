"""Sending: none lost, and a repeat is recognisable."""

from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.admin.attention.queries import list_concerns
from portal.context import Portal
from portal.infrastructure import clock
from portal.infrastructure.mail_transport import MailTransport, open_transport
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION, GIVE_UP_AFTER, attempts_within, run_due
from portal.mail.jobs import KIND
from portal.mail.models import Mail
from portal.mail.service import drop_unsent
from tests.mail.examples import write_example
from tests.support.mail_servers import MailServer, stored_mail
from tests.support.portals import make_settings


def write_to(portal: Portal, recipient: str) -> int:
    with portal.db.write() as session:
        return write_example(session, portal.settings, recipient).id


def test_a_due_mail_is_sent_once_and_its_words_are_forgotten(
    smtp_portal: Portal, mail_server: MailServer
) -> None:
    mail_id = write_to(smtp_portal, "alice@example.test")
    assert run_due(smtp_portal, [KIND], clock.now()) == 1
    assert run_due(smtp_portal, [KIND], clock.now()) == 0
    assert len(mail_server.taken()) == 1
    mail = stored_mail(smtp_portal, mail_id)
    assert mail.sent_at is not None
    assert (mail.due_at, mail.text, mail.html) == (None, "", "")


MAY_COME_RIGHT = ["busy421", "busy450", "full552", "relay554", "spam554"]
DEAD = ["unknown550", "plain550", "closed521", "moved551"]


def try_hourly(portal: Portal, mail_id: int, hours: int) -> int:
    """How often the mail was tried within so many hours from now."""
    now, tries = clock.now(), 0
    for _ in range(hours):
        now += timedelta(hours=1)
        tries += run_due(portal, [KIND], now)
    return tries


@pytest.mark.parametrize("recipient", MAY_COME_RIGHT)
def test_a_mail_refused_for_now_is_kept_and_tried_again(
    recipient: str, smtp_portal: Portal, mail_server: MailServer
) -> None:
    mail_id = write_to(smtp_portal, f"{recipient}@example.test")
    assert try_hourly(smtp_portal, mail_id, 5) == 5
    mail = stored_mail(smtp_portal, mail_id)
    assert mail.attempts == ATTEMPTS_BEFORE_ATTENTION
    assert mail.due_at is not None
    assert mail.sent_at is None
    assert mail.text
    assert recipient[-3:] in (mail.last_error or "")
    assert "example.test" not in (mail.last_error or "")
    assert mail_server.taken() == []


def test_a_mail_that_is_no_longer_true_is_not_sent_even_if_the_server_refused_it_meanwhile(
    smtp_portal: Portal, mail_server: MailServer
) -> None:
    with smtp_portal.db.write() as session:
        mail = write_example(session, smtp_portal.settings)
        mail.subject_ref = "BILL-1"
        session.flush()
        drop_unsent(session, ("reminder",), "BILL-1")
        assert mail.text
        drop_unsent(session, ("receipt",), "BILL-1")
        mail_id = mail.id
        # What a worker notes that was refused by the server while the mail was dropped.
        mail.due_at = clock.now()
    assert run_due(smtp_portal, [KIND], clock.now()) == 1
    assert mail_server.taken() == []
    dropped = stored_mail(smtp_portal, mail_id)
    assert (dropped.sent_at, dropped.due_at, dropped.text, dropped.html) == (None, None, "", "")


@pytest.mark.parametrize("recipient", DEAD)
def test_a_mail_to_an_address_that_takes_none_is_tried_once_and_listed(
    recipient: str, smtp_portal: Portal, mail_server: MailServer
) -> None:
    mail_id = write_to(smtp_portal, f"{recipient}@example.test")
    assert try_hourly(smtp_portal, mail_id, 24) == 1
    mail = stored_mail(smtp_portal, mail_id)
    assert (mail.due_at, mail.claimed_until, mail.sent_at) == (None, None, None)
    assert mail.text
    assert recipient[-3:] in (mail.last_error or "")
    with smtp_portal.db.read() as session:
        [group] = list_concerns(session)
    assert [concern.subject for concern in group.concerns] == [f"{recipient}@example.test"]


def tried_for_days(portal: Portal, mail_id: int) -> None:
    """As the row stands just before the last of the tries that anything refused gets."""
    with portal.db.write() as session:
        session.get_one(Mail, mail_id).attempts = attempts_within(GIVE_UP_AFTER) - 1


@pytest.mark.parametrize("recipient", ["busy450", "full552", "relay554", "spam554"])
def test_an_address_that_refuses_for_days_is_given_up_and_listed(
    recipient: str, smtp_portal: Portal
) -> None:
    mail_id = write_to(smtp_portal, f"{recipient}@example.test")
    tried_for_days(smtp_portal, mail_id)
    assert try_hourly(smtp_portal, mail_id, 24) == 1
    assert stored_mail(smtp_portal, mail_id).due_at is None
    with smtp_portal.db.read() as session:
        assert [group.title for group in list_concerns(session)] == ["Emails that were refused"]


def test_a_server_that_does_not_take_us_is_tried_until_it_does(
    portal: Portal, mail_server: MailServer, tmp_path: Path
) -> None:
    wrong_password = f"smtp://portal:wrong@127.0.0.1:{mail_server.port}?starttls=never"
    settings = make_settings(tmp_path, portal.settings.database_url, smtp_url=wrong_password)
    shut_out = replace(portal, settings=settings, mail=open_transport(settings))
    mail_id = write_to(shut_out, "alice@example.test")
    tried_for_days(shut_out, mail_id)
    assert try_hourly(shut_out, mail_id, 24) == 24
    due = stored_mail(shut_out, mail_id).due_at
    assert due is not None
    let_in = make_settings(tmp_path, portal.settings.database_url, smtp_url=mail_server.url)
    assert run_due(replace(portal, mail=open_transport(let_in)), [KIND], due) == 1
    assert len(mail_server.taken()) == 1


def test_one_refused_mail_does_not_hold_up_the_next(
    smtp_portal: Portal, mail_server: MailServer
) -> None:
    write_to(smtp_portal, "unknown550@example.test")
    write_to(smtp_portal, "alice@example.test")
    while run_due(smtp_portal, [KIND], clock.now()):
        pass
    assert [message["To"] for message in mail_server.taken()] == ["alice@example.test"]


class Killed(BaseException):
    """The worker's process ends here."""


@dataclass(frozen=True)
class KilledAfterSending:
    """Sends as the real one does; then the process is gone before it can note it."""

    real: MailTransport

    def send(self, message: EmailMessage) -> None:
        self.real.send(message)
        raise Killed


def test_a_worker_killed_after_sending_sends_again_under_the_same_message_id(
    smtp_portal: Portal, mail_server: MailServer
) -> None:
    mail_id = write_to(smtp_portal, "alice@example.test")
    now = clock.now()
    with pytest.raises(Killed):
        run_due(replace(smtp_portal, mail=KilledAfterSending(smtp_portal.mail)), [KIND], now)
    assert stored_mail(smtp_portal, mail_id).sent_at is None
    assert run_due(smtp_portal, [KIND], now) == 0, "another worker may still be at it"
    assert run_due(smtp_portal, [KIND], now + KIND.claim) == 1
    first, second = mail_server.taken()
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert stored_mail(smtp_portal, mail_id).sent_at is not None


def test_a_mail_already_sent_is_not_sent_again(
    smtp_portal: Portal, mail_server: MailServer
) -> None:
    mail_id = write_to(smtp_portal, "alice@example.test")
    KIND.run(smtp_portal, mail_id)
    KIND.run(smtp_portal, mail_id)
    assert len(mail_server.taken()) == 1
