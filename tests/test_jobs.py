"""Turns and pauses of background jobs."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal import clock
from portal.context import Portal
from portal.jobs import LONGEST_PAUSE, pause_after, run_due
from portal.mail.models import Mail
from portal.mail.service import write
from portal.worker import KINDS


@given(attempts=st.integers(1, 10_000))
def test_pauses_grow_and_never_exceed_an_hour(attempts: int) -> None:
    assert timedelta(seconds=5) <= pause_after(attempts) <= pause_after(attempts + 1) <= LONGEST_PAUSE


def test_many_mails_take_turns_so_that_a_hanging_mail_server_does_not_keep_payments_waiting(portal: Portal) -> None:
    with portal.db.write() as session:
        for number in range(3):
            write(session, portal.settings, "password_changed", f"{number}@example.test", "Your password", url="/")
    for sent in (1, 2, 3):
        assert run_due(portal, KINDS, clock.now()) == 1
        with portal.db.read() as session:
            assert session.scalar(select(func.count(Mail.id)).where(Mail.sent_at.is_not(None))) == sent
    assert run_due(portal, KINDS, clock.now()) == 0
