"""Background jobs: run once each, by however many workers, and found again whatever was lost."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from portal import worker
from portal.context import Portal
from portal.infrastructure import clock
from portal.jobs import CLAIM, next_due
from portal.mail.models import Mail
from portal.mail.service import write
from portal.payments.models import Payment
from portal.settings import Settings
from tests.support.bills import Owed, started
from tests.support.hanging import silent_peer
from tests.support.people import Person
from tests.support.portals import Clock, environment_of
from tests.support.servers import Program, free_port

PATIENCE_SECONDS = 30


def write_mails(portal: Portal, count: int) -> None:
    with portal.db.write() as session:
        for number in range(count):
            write(
                session,
                portal.settings,
                "password_changed",
                f"patient{number}@example.test",
                "Your password",
                url="/",
            )


def sent(portal: Portal) -> int:
    with portal.db.read() as session:
        return len(session.scalars(select(Mail.id).where(Mail.sent_at.is_not(None))).all())


def files(portal: Portal) -> list[Path]:
    return list(portal.settings.mail_directory.glob("*.eml"))


def test_two_workers_at_once_do_each_job_once(portal: Portal) -> None:
    write_mails(portal, 30)
    together = threading.Barrier(2)
    ran: list[int] = []

    def drain() -> None:
        together.wait()
        ran.append(worker.drain(portal))

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ran) == 30
    assert len(files(portal)) == sent(portal) == 30


def test_a_job_of_a_worker_that_died_is_done_when_its_claim_ends(
    portal: Portal, clock: Clock, run_jobs: Callable[[], int]
) -> None:
    write_mails(portal, 1)
    with portal.db.write() as session:
        session.scalars(select(Mail)).one().claimed_until = clock.now() + CLAIM
    assert run_jobs() == 0
    ends = next_due(portal, worker.KINDS)
    assert ends is not None
    clock.move_to(ends)
    assert run_jobs() == 1


@pytest.fixture
def running_worker(settings: Settings, portal: Portal, tmp_path: Path) -> Iterator[Program]:
    environment = environment_of(settings) | {
        "QUEUE_URL": f"sqlite:///{tmp_path / 'queue.sqlite3'}"
    }
    program = Program(
        "worker", [sys.executable, "-m", "portal", "worker"], environment, tmp_path / "worker.log"
    )
    yield program
    program.stop()


def await_sent(portal: Portal, program: Program, count: int) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while sent(portal) < count:
        assert time.monotonic() < give_up, program.log.read_text()
        time.sleep(0.05)


def test_what_nobody_announced_is_found_when_a_worker_starts(
    portal: Portal, running_worker: Program
) -> None:
    write_mails(portal, 2)
    running_worker.start()
    await_sent(portal, running_worker, 2)
    stop(running_worker)


def test_a_job_due_later_is_done_then(portal: Portal, running_worker: Program) -> None:
    write_mails(portal, 1)
    with portal.db.write() as session:
        session.scalars(select(Mail)).one().due_at = clock.now() + timedelta(seconds=4)
    running_worker.start()
    await_sent(portal, running_worker, 1)


@pytest.fixture(params=["gone", "silent"])
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a Redis that does not answer."""
    if request.param == "gone":
        yield f"redis://127.0.0.1:{free_port()}/0"
        return
    with silent_peer() as there:
        yield f"redis://127.0.0.1:{there.port}/0"


def test_a_worker_whose_queue_is_gone_does_every_job_and_says_so_once(
    portal: Portal, running_worker: Program, redis_url: str
) -> None:
    running_worker.environment = {**running_worker.environment, "QUEUE_URL": redis_url}
    running_worker.start()
    for count in range(1, 4):
        write_mails(portal, 1)
        await_sent(portal, running_worker, count)
    stop(running_worker)
    assert running_worker.log.read_text().count("the queue is gone") == 1


def test_a_mail_server_that_hangs_keeps_no_payment_waiting(
    portal: Portal, alice: Person, request_bill: Callable[..., Owed], running_worker: Program
) -> None:
    started(portal, request_bill(alice))
    write_mails(portal, 3)
    with silent_peer() as there:
        running_worker.environment = {
            **running_worker.environment,
            "STRIPE_API_BASE": "http://127.0.0.1:1",
            "SMTP_URL": f"smtp://127.0.0.1:{there.port}",
        }
        running_worker.start()
        await_mail_at_hand(portal, running_worker)
        with portal.db.write() as session:
            session.execute(update(Payment).values(due_at=clock.now()))
        await_tried(portal, running_worker)
        with portal.db.read() as session:
            assert session.scalar(select(func.count()).where(Mail.attempts > 0)) == 0
        stop(running_worker)


def await_mail_at_hand(portal: Portal, program: Program) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        with portal.db.read() as session:
            if session.scalar(select(func.count()).where(Mail.claimed_until.is_not(None))):
                return
        assert time.monotonic() < give_up, program.log.read_text()
        time.sleep(0.02)


def await_tried(portal: Portal, program: Program) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while tried(portal) == 0:
        assert time.monotonic() < give_up, program.log.read_text()
        time.sleep(0.02)


def stop(program: Program) -> None:
    """As an operator does: the worker ends by itself."""
    assert program.process is not None
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(PATIENCE_SECONDS) == 0


def test_a_worker_told_to_stop_finishes_its_job_and_leaves_the_rest_to_the_next(
    portal: Portal, alice: Person, request_bill: Callable[..., Owed], running_worker: Program
) -> None:
    for _ in range(6):
        started(portal, request_bill(alice))
    with portal.db.write() as session:
        session.execute(update(Payment).values(due_at=clock.now()))
    nowhere = "http://127.0.0.1:1"  # each payment is asked for in vain, again and again
    running_worker.environment = {**running_worker.environment, "STRIPE_API_BASE": nowhere}
    running_worker.start()
    await_tried(portal, running_worker)
    stop(running_worker)
    assert tried(portal) < 6
    with portal.db.read() as session:
        assert (
            session.scalars(select(Payment.id).where(Payment.claimed_until.is_not(None))).all()
            == []
        )


def tried(portal: Portal) -> int:
    """How many payments a worker has looked after in vain."""
    with portal.db.read() as session:
        return session.scalar(select(func.count()).where(Payment.attempts > 0)) or 0
