"""Two clocks moved as one: the offline Stripe's, and the portal's in this process.

A Stripe that has no control surface, or whose account has objects, is left at its own time: the
history is then of today.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.actions.jobs import PAYMENT, REFUND
from portal.context import Portal
from portal.demo.control import Control, Refused
from portal.effects.jobs import KIND as DOCUMENT
from portal.infrastructure import clock
from portal.infrastructure.mail_transport import FolderTransport
from portal.jobs import next_due, run_due
from portal.worker import KINDS

# Drawing takes longer than all the rest, and the worker of today draws the same.
JOBS = tuple(kind for kind in KINDS if kind is not DOCUMENT)
# These ask Stripe every few seconds, more often than anybody waits for an answer in the past.
POLLS = (PAYMENT, REFUND)
OTHERS = tuple(kind for kind in JOBS if kind not in POLLS)
# The most that the offline Stripe's clock moves at once is a year.
LONGEST_STEP = timedelta(days=360)
# How long after a deed Stripe has said what there is to say of it.
A_MOMENT = timedelta(minutes=1)
A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)
# Where mails of the past go: they are nobody's news.
EARLIER_MAILS = "earlier"


class Stage:
    """Where a past is played: at its moments, with the worker's jobs done as they fall due.

    Only documents are left to be drawn: they say what they say from the day they are issued.
    """

    def __init__(self, portal: Portal, control: Control) -> None:
        self._control = control
        self._is_controlled = False
        mails = FolderTransport(portal.settings.mail_directory / EARLIER_MAILS)
        self._portal = replace(portal, mail=mails)

    @contextmanager
    def clocks_together(self) -> Iterator[None]:
        """Inside, the portal's clock in this process shows what Stripe's shows."""
        try:
            with suppress(Refused):
                self._follow(self._control("GET", "clock", {}))
                self._is_controlled = True
            yield
        finally:
            clock.set_offset(self._portal.settings.portal_now_offset)

    def begin(self, moment: datetime) -> None:
        """Put both clocks back to `moment`, if Stripe has nothing of this account yet."""
        ago = datetime.now(UTC) - moment
        with suppress(Refused):
            self._follow(self._control("POST", "clock/begin", {"seconds_ago": ago.total_seconds()}))

    def advance_to(self, moment: datetime) -> None:
        """Move on to `moment`, by way of what is due before it."""
        while self._is_controlled and (now := clock.now()) < moment:
            seconds = (self._next_stop(now, moment) - now).total_seconds()
            self._follow(self._control("POST", "clock/advance", {"seconds": seconds}))
            self._do_what_is_due()

    def let_a_moment_pass(self) -> None:
        """Move on to when Stripe has said all that there is to say."""
        self.advance_to(min(clock.now() + A_MOMENT, self._present()))

    def catch_up(self) -> None:
        """Move on to the present."""
        while self._is_controlled and (present := self._present()) - clock.now() > A_SECOND:
            self.advance_to(present)

    @contextmanager
    def webhooks_dropped(self) -> Iterator[None]:
        """Nobody hears what Stripe says inside: no portal of that day is there to be told."""
        self._tell("POST", "deliveries/rules", action="drop")
        try:
            yield
            self._tell("POST", "deliveries/run")
        finally:
            self._tell("DELETE", "deliveries/rules")

    @contextmanager
    def next_payment_held(self) -> Iterator[None]:
        """A payment confirmed inside stays in `processing`."""
        self._tell("POST", "processing/hold", count=1)
        try:
            yield
        finally:
            self._tell("POST", "processing/hold", count=0)

    def _next_stop(self, now: datetime, moment: datetime) -> datetime:
        """Where the clocks halt on their way from `now` to `moment`."""
        stops = [moment, now + LONGEST_STEP]
        if (due := next_due(self._portal, POLLS)) is not None:
            stops.append(max(due, now + A_DAY))
        if (due := next_due(self._portal, OTHERS)) is not None:
            stops.append(max(due, now + A_MOMENT))
        return min(stops)

    def _do_what_is_due(self) -> None:
        while (due := next_due(self._portal, JOBS)) is not None and due <= clock.now():
            run_due(self._portal, JOBS, clock.now())

    def _present(self) -> datetime:
        """What the portal's clock shows outside."""
        return datetime.now(UTC) + timedelta(seconds=self._portal.settings.portal_now_offset)

    def _follow(self, answer: Mapping[str, Any]) -> None:
        """Set the portal's clock by Stripe's."""
        clock.set_offset(round(answer["offset"]))

    def _tell(self, method: str, path: str, **values: object) -> None:
        if self._is_controlled:
            self._control(method, path, values)
