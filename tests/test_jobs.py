"""Turns and pauses of background jobs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from portal.admin.attention.queries import list_concerns
from portal.context import Portal
from portal.infrastructure import clock
from portal.infrastructure.document_store import DocumentConflict, StoreUnavailable
from portal.infrastructure.mail_transport import DeliveryError, RecipientRefused
from portal.jobs import LONGEST_PAUSE, Failure, next_due, pause_after, run_due
from portal.mail.jobs import KIND as MAIL
from portal.mail.models import Mail
from portal.mail.service import write
from portal.stripe_api.errors import StripeRefused, StripeUnavailable
from portal.stripe_sync.reconcile.jobs import plan
from portal.worker import KINDS
from tests.house.many_rows import add_many_rows
from tests.mail.examples import write_example
from tests.support.mail_servers import stored_mail


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


FORTNIGHT = timedelta(days=14)


def tries_within_a_fortnight(portal: Portal, failure: Failure) -> tuple[int, Mail]:
    """How often a job that always fails is tried, and its row then."""
    with portal.db.write() as session:
        mail_id = write_example(session, portal.settings).id
    start = now = clock.now()
    refused = replace(MAIL, run=refuse, judge=lambda _: failure)
    tries = 0
    while now is not None and now < start + FORTNIGHT:
        tries += run_due(portal, [refused], now)
        following = next_due(portal, [refused])
        if following is None:
            break
        now = following
    return tries, stored_mail(portal, mail_id)


def due_at_once(portal: Portal) -> None:
    """One row of each kind has something to do."""
    with portal.db.write() as session:
        for kind in KINDS:
            first = select(func.min(kind.model.id)).scalar_subquery()
            session.execute(update(kind.model).values(due_at=None, attempts=0))
            session.execute(
                update(kind.model).where(kind.model.id == first).values(due_at=clock.now())
            )


def refuse(portal: Portal, mail_id: int) -> None:
    raise PermissionError("no")


@pytest.mark.parametrize(
    ("failure", "fewest", "most"),
    [(Failure.FOR_GOOD, 1, 1), (Failure.MAY_LAST, 100, 140), (Failure.PASSES, 336, 400)],
)
def test_only_what_may_pass_is_tried_without_end(
    portal: Portal, failure: Failure, fewest: int, most: int
) -> None:
    with capture_logs():
        tries, row = tries_within_a_fortnight(portal, failure)
    assert fewest <= tries <= most
    assert (row.due_at is None) == (failure is not Failure.PASSES)
    assert row.last_error == "PermissionError: no"
    assert row.claimed_until is None


def test_whatever_is_stopped_stands_on_the_administrators_list(portal: Portal) -> None:
    add_many_rows(portal)
    plan(portal.db, portal.settings.business_timezone)
    start = clock.now() + timedelta(days=1)
    stopping = [
        replace(kind, run=refuse, judge=lambda _: Failure.FOR_GOOD, batch=1) for kind in KINDS
    ]
    due_at_once(portal)
    with capture_logs() as logged:
        run_due(portal, stopping, start)
    # Nothing has been refunded among the many rows.
    assert {line["kind"] for line in logged} == {kind.name for kind in KINDS} - {"refund"}
    with portal.db.read() as session:
        listed = {str(group.title) for group in list_concerns(session)}
    assert listed >= {
        "Payments that Stripe will not tell us about",
        "News from Stripe that we have given up on",
        "Documents that we have given up on",
        "Emails that were refused",
    }


REFUSED = StripeRefused("parameter_invalid", "no")
OUR_KEY = StripeRefused("AuthenticationError", "no", about_key=True)


@pytest.mark.parametrize(
    ("error", "kinds", "failure"),
    [
        (REFUSED, {"stripe_event", "payment"}, Failure.MAY_LAST),
        (OUR_KEY, {"stripe_event", "payment"}, Failure.PASSES),
        (StripeUnavailable("down"), {"stripe_event", "payment"}, Failure.PASSES),
        (StoreUnavailable("down"), {"document"}, Failure.PASSES),
        (DocumentConflict("other bytes"), {"document"}, Failure.MAY_LAST),
        (RecipientRefused("550", for_good=True), {"mail"}, Failure.FOR_GOOD),
        (RecipientRefused("450", for_good=False), {"mail"}, Failure.MAY_LAST),
        (DeliveryError("535"), {"mail"}, Failure.PASSES),
        (TimeoutError(), {"mail", "document", "stripe_event", "payment"}, Failure.PASSES),
    ],
)
def test_each_kind_of_job_judges_what_its_errors_mean(
    error: Exception, kinds: set[str], failure: Failure
) -> None:
    judged = {kind.name: kind.judge(error) for kind in KINDS if kind.name in kinds}
    assert judged == dict.fromkeys(kinds, failure)
