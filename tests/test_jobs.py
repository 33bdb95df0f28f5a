"""Turns and pauses of background jobs."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.context import Portal
from portal.infrastructure import clock
from portal.jobs import LONGEST_PAUSE, pause_after, run_due
from portal.mail.jobs import KIND as MAIL
from portal.mail.models import Mail
from portal.mail.service import write
from portal.worker import KINDS


@given(attempts=st.integers(1, 10_000))
def test_pauses_grow_and_never_exceed_an_hour(attempts: int) -> None:
    assert (
        timedelta(seconds=5) <= pause_after(attempts) <= pause_after(attempts + 1) <= LONGEST_PAUSE
    )


def test_many_mails_take_turns_so_that_a_hanging_mail_server_does_not_keep_payments_waiting(
    portal: Portal,
) -> None:
    with portal.db.write() as session:
        for number in range(3):
            write(
                session,
                portal.settings,
                "password_changed",
                f"{number}@example.test",
                "Your password",
                url="/",
            )
    for sent in (1, 2, 3):
        assert run_due(portal, KINDS, clock.now()) == 1
        with portal.db.read() as session:
            assert (
                session.scalar(select(func.count(Mail.id)).where(Mail.sent_at.is_not(None))) == sent
            )
    assert run_due(portal, KINDS, clock.now()) == 0


def test_what_was_claimed_and_not_begun_when_the_worker_stops_can_be_claimed_at_once(
    portal: Portal,
) -> None:
    with portal.db.write() as session:
        for number in range(3):
            write(
                session,
                portal.settings,
                "password_changed",
                f"{number}@example.test",
                "Your password",
                url="/",
            )
    ran: list[int] = []

    def note(portal: Portal, mail_id: int) -> None:
        ran.append(mail_id)
        with portal.db.write() as session:
            session.get_one(Mail, mail_id).finish()

    mails = replace(MAIL, run=note, batch=3)
    assert run_due(portal, [mails], clock.now(), stopping=lambda: len(ran) == 2) == 2
    assert run_due(portal, [mails], clock.now(), stopping=lambda: True) == 0
    assert run_due(portal, [mails], clock.now()) == 1
    assert len(set(ran)) == 3
