"""The worker: who runs which kinds of job, and when.

Its lanes run side by side, so that a mail server that hangs or a document that is slow to draw
keeps no payment waiting. Within a lane, earlier kinds make work for later ones and come first.
"""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread
from types import FrameType

import structlog

from portal.actions.jobs import PAYMENT, REFUND
from portal.context import Portal
from portal.documents.drawing import DrawingProcess
from portal.effects.jobs import BILL_NOTICE, kind_drawn_by
from portal.effects.jobs import KIND as DOCUMENT
from portal.infrastructure import clock
from portal.infrastructure.queue import wake_ups_at
from portal.jobs import JobKind, never, next_due, run_due
from portal.mail.jobs import KIND as MAIL
from portal.stripe_sync.jobs import KIND as STRIPE_EVENT
from portal.stripe_sync.reconcile.jobs import KIND as RECONCILE
from portal.stripe_sync.reconcile.jobs import kind_stopped_by

log = structlog.get_logger()

KINDS = (STRIPE_EVENT, PAYMENT, REFUND, DOCUMENT, BILL_NOTICE, MAIL, RECONCILE)
# How soon a due row is found that nobody has announced; a look costs a few reads by an index.
SWEEP = timedelta(seconds=2)
# What is due and cannot be claimed now is not asked for again and again.
SHORTEST_WAIT = timedelta(milliseconds=100)
# Between two looks for wake-ups and for the signal to stop.
POLL_SECONDS = 0.1


def drain(
    portal: Portal,
    stopping: Callable[[], bool] = never,
    kinds: Sequence[JobKind] = KINDS,
) -> int:
    """Run what is due, and what that makes due, until nothing is or `stopping` says so; returns how
    many jobs ran.
    """
    ran = 0
    while done := run_due(portal, kinds, clock.now(), stopping):
        ran += done
    return ran


class Lane(Thread):
    """Runs its kinds of job, one at a time, whenever it is rung and whenever one is due."""

    def __init__(self, portal: Portal, kinds: Sequence[JobKind]) -> None:
        super().__init__(name=kinds[0].name)
        self._portal = portal
        self._kinds = kinds
        self._rung = Event()
        self._stopping = Event()
        self._failing = False

    def ring(self) -> None:
        """Look for due rows now."""
        self._rung.set()

    def stop(self) -> None:
        """Finish the job at hand, and no other."""
        self._stopping.set()
        self._rung.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._rung.clear()
            self._rung.wait(self._look().total_seconds())

    def _look(self) -> timedelta:
        """Run what is due; how long to wait for the next row, or for the database to come back."""
        try:
            drain(self._portal, self._stopping.is_set, self._kinds)
            due = next_due(self._portal, self._kinds)
        except Exception as error:  # jobs keep theirs: this is the database's
            if not self._failing:
                log.error("the worker cannot look for jobs", error=type(error).__name__)
            self._failing = True
            return SWEEP
        self._failing = False
        return _until(due)


def work(portal: Portal) -> None:
    """Run jobs until SIGTERM or SIGINT; those that have begun are finished, but for a nightly run:
    it can take long, and begins anew with the next worker.
    """
    told_to_stop = _listen_for_signals()
    with DrawingProcess() as drawing:
        lanes: list[Lane] = []

        def ring(delay: timedelta = timedelta(0)) -> None:
            for lane in lanes:
                lane.ring()

        # In here a row that becomes due is announced without the queue.
        here = replace(portal, wake=ring)
        document = kind_drawn_by(drawing.draw)
        lanes += [
            Lane(here, (STRIPE_EVENT, PAYMENT, REFUND)),
            Lane(here, (document,)),
            Lane(here, (BILL_NOTICE, MAIL)),
            Lane(here, (kind_stopped_by(told_to_stop),)),
        ]
        for lane in lanes:
            lane.start()
        _pass_on_wake_ups(portal.settings.queue_url, ring, told_to_stop)
        for lane in lanes:
            lane.stop()
        for lane in lanes:
            lane.join()


def _pass_on_wake_ups(url: str, ring: Callable[[], None], told_to_stop: Callable[[], bool]) -> None:
    wake_ups = wake_ups_at(url)
    while not told_to_stop():
        if wake_ups is not None and wake_ups.heard():
            ring()
        else:
            time.sleep(POLL_SECONDS)
    if wake_ups is not None:
        wake_ups.close()


def _listen_for_signals() -> Callable[[], bool]:
    """A function that says whether SIGTERM or SIGINT has come."""
    came: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    return lambda: bool(came)


def _until(due: datetime | None) -> timedelta:
    if due is None:
        return SWEEP
    return max(SHORTEST_WAIT, min(SWEEP, due - clock.now()))
