"""Two clocks moved as one: the offline Stripe's, and the portal's in this process.

A Stripe that has no control surface, or whose account has objects, is left at its own time: the
history is then of today.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.actions.jobs import PAYMENT, REFUND
from portal.context import Portal
from portal.effects.jobs import KIND as DOCUMENT
from portal.infrastructure import clock
from portal.infrastructure.mail_transport import FolderTransport
from portal.jobs import next_due, run_due
from portal.stripe_api.errors import StripeRefused, our_errors
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

    def __init__(self, portal: Portal) -> None:
        mails = FolderTransport(portal.settings.mail_directory / EARLIER_MAILS)
        self._portal = replace(portal, mail=mails)

    @contextmanager
    def clocks_together(self) -> Iterator[None]:
        """Inside, the portal's clock in this process shows what Stripe's shows."""
        try:
            self._follow(self._ask("get", "clock"))
            yield
        finally:
            clock.set_offset(self._portal.settings.portal_now_offset)

    def begin(self, moment: datetime) -> None:
        """Put both clocks back to `moment`, if Stripe has nothing of this account yet."""
        ago = datetime.now(UTC) - moment
        self._follow(self._ask("post", "clock/begin", seconds_ago=ago.total_seconds()))

    def advance_to(self, moment: datetime) -> bool:
        """Move on to `moment`, by way of what is due before it.

        False where Stripe's clock cannot be moved.
        """
        while (now := clock.now()) < moment:
            seconds = (self._next_stop(now, moment) - now).total_seconds()
            if not self._follow(self._ask("post", "clock/advance", seconds=seconds)):
                return False
            self._do_what_is_due()
        return True

    def let_a_moment_pass(self) -> None:
        """Move on to when Stripe has said all that there is to say."""
        self.advance_to(min(clock.now() + A_MOMENT, self._present()))

    def catch_up(self) -> None:
        """Move on to the present."""
        while (present := self._present()) - clock.now() > A_SECOND:
            if not self.advance_to(present):
                return

    @contextmanager
    def webhooks_dropped(self) -> Iterator[None]:
        """Nobody hears what Stripe says inside: no portal of that day is there to be told."""
        self._ask("post", "deliveries/rules", action="drop")
        try:
            yield
            self._ask("post", "deliveries/run")
        finally:
            self._ask("delete", "deliveries/rules")

    @contextmanager
    def next_payment_held(self) -> Iterator[None]:
        """A payment confirmed inside stays in `processing`."""
        self._ask("post", "processing/hold", count=1)
        try:
            yield
        finally:
            self._ask("post", "processing/hold", count=0)

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

    def _follow(self, answer: dict[str, Any] | None) -> bool:
        """Set the portal's clock by Stripe's; False where Stripe gave no answer."""
        if answer is not None:
            clock.set_offset(round(answer["offset"]))
        return answer is not None

    def _ask(self, method: str, path: str, **values: object) -> dict[str, Any] | None:
        """Raises StripeUnavailable. A call is made once: a repeat would move the clock twice."""
        with suppress(StripeRefused), our_errors():
            answer: dict[str, Any] = self._portal.stripe.client.raw_request(
                method, f"/_control/{path}", max_network_retries=0, **values
            ).data
            return answer
        return None
