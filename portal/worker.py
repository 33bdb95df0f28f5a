"""The worker: every kind of job, in the order in which one makes work for the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.actions.jobs import PAYMENT, REFUND
from portal.context import Portal
from portal.effects.jobs import BILL_NOTICE
from portal.effects.jobs import KIND as DOCUMENT
from portal.infrastructure import clock, queue
from portal.jobs import never, next_due, run_due
from portal.mail.jobs import KIND as MAIL
from portal.stripe_sync.jobs import KIND as STRIPE_EVENT

KINDS = (STRIPE_EVENT, PAYMENT, REFUND, DOCUMENT, BILL_NOTICE, MAIL)
# What became due while this worker was draining is left for its next wake-up.
SHORTEST_WAIT = timedelta(seconds=1)


def drain(portal: Portal, stopping: Callable[[], bool] = never) -> int:
    """Run what is due, and what that makes due, until nothing is or `stopping` says so; returns how
    many jobs ran.
    """
    ran = 0
    while done := run_due(portal, KINDS, clock.now(), stopping):
        ran += done
    return ran


def work(portal: Portal) -> None:
    """Drain at every wake-up until told to stop."""
    queue.work(
        portal.settings.queue_url,
        lambda stopping: _drain_and_look_ahead(portal, stopping),
        clock.now,
    )


def _drain_and_look_ahead(portal: Portal, stopping: Callable[[], bool]) -> datetime | None:
    drain(portal, stopping)
    due = next_due(portal, KINDS)
    return due if due is None else max(due, clock.now() + SHORTEST_WAIT)
