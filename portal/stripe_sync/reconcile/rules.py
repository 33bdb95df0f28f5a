"""When a run is due, how far it looks back, and what its page warns of. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# Each night at this hour of the business day, when few people pay.
NIGHT_HOUR = 3
# How far back objects are listed at Stripe: a refund or a dispute may come that late.
LISTED_FOR = timedelta(days=180)
# Stripe keeps events for 30 days: docs.stripe.com/api/events.
EVENTS_KEPT = timedelta(days=30)
# A run a night, and two hours for it.
LATE_AFTER = timedelta(hours=26)
# Stripe tells of a charge within seconds.
SILENT_AFTER = timedelta(minutes=15)
# For how long events that no webhook had brought are news.
NEWS_WINDOW = timedelta(days=1)


class Ending(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    # By whoever ran it, or with the worker: what was done until then stays done.
    STOPPED = "stopped"
    FAILED = "failed"


class Caution(StrEnum):
    """What an administrator should know of, the worst first."""

    # A charge was made at Stripe, and no webhook has come since.
    SILENT = "silent"
    # Events were read at Stripe that no webhook had brought.
    MISSED = "missed"
    # Events came, and acting on them keeps failing.
    FAILING = "failing"
    # No run has finished for more than a day.
    LATE = "late"


@dataclass(frozen=True)
class Signs:
    """By what webhooks and runs are judged; None where there has been none."""

    last_webhook_at: datetime | None
    last_charge_at: datetime | None
    last_finished_at: datetime | None
    missed: int
    failing: int


def next_night(now: datetime, zone: str) -> datetime:
    """The first moment after `now` at which a run is due. `zone` is the business time zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    tonight = datetime.combine(today, time(NIGHT_HOUR), ZoneInfo(zone)).astimezone(UTC)
    if tonight > now:
        return tonight
    tomorrow = today + timedelta(days=1)
    return datetime.combine(tomorrow, time(NIGHT_HOUR), ZoneInfo(zone)).astimezone(UTC)


def cautions(signs: Signs, now: datetime) -> list[Caution]:
    """What the page warns of at `now`."""
    found = []
    if _is_silent(signs, now):
        found.append(Caution.SILENT)
    if signs.missed:
        found.append(Caution.MISSED)
    if signs.failing:
        found.append(Caution.FAILING)
    if signs.last_finished_at is None or now - signs.last_finished_at > LATE_AFTER:
        found.append(Caution.LATE)
    return found


def _is_silent(signs: Signs, now: datetime) -> bool:
    if signs.last_charge_at is None or now - signs.last_charge_at < SILENT_AFTER:
        return False
    # A webhook may be stored while its charge is a moment ahead of our clock.
    leeway = timedelta(minutes=1)
    return signs.last_webhook_at is None or signs.last_webhook_at + leeway < signs.last_charge_at
