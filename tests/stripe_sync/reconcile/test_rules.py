"""When a run is due, and what its page warns of."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from portal.stripe_sync.reconcile.rules import (
    LATE_AFTER,
    NIGHT_HOUR,
    SILENT_AFTER,
    Caution,
    Signs,
    cautions,
    next_night,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def signs(
    webhook: timedelta | None = timedelta(hours=1),
    charge: timedelta | None = timedelta(hours=1),
    finished: timedelta | None = timedelta(hours=9),
    missed: int = 0,
    failing: int = 0,
) -> Signs:
    """How long ago the last of each was."""
    return Signs(_ago(webhook), _ago(charge), _ago(finished), missed, failing)


def _ago(since: timedelta | None) -> datetime | None:
    return None if since is None else NOW - since


@given(MOMENTS, st.sampled_from(("Europe/London", "America/New_York", "Pacific/Apia", "UTC")))
def test_a_run_is_due_in_the_next_night_of_the_business(now: datetime, zone: str) -> None:
    due = next_night(now, zone)
    assert timedelta(0) < due - now <= timedelta(hours=25)
    assert due.astimezone(ZoneInfo(zone)).hour in (NIGHT_HOUR, NIGHT_HOUR + 1)


def test_nothing_is_said_while_all_goes_well() -> None:
    assert cautions(signs(), NOW) == []
    assert cautions(signs(webhook=None, charge=None), NOW) == []


def test_a_charge_without_a_webhook_since_is_silence() -> None:
    assert cautions(signs(webhook=timedelta(hours=3)), NOW) == [Caution.SILENT]
    assert cautions(signs(webhook=None), NOW) == [Caution.SILENT]


def test_a_charge_of_just_now_may_still_be_told_of() -> None:
    just_now = SILENT_AFTER - timedelta(seconds=1)
    assert cautions(signs(webhook=timedelta(hours=3), charge=just_now), NOW) == []


def test_a_webhook_that_came_with_its_charge_is_no_silence() -> None:
    """By two clocks, a few seconds apart."""
    charge = timedelta(hours=1)
    assert cautions(signs(webhook=charge + timedelta(seconds=5), charge=charge), NOW) == []


def test_the_other_cautions_stand_in_their_order() -> None:
    told = cautions(signs(finished=None, missed=2, failing=1), NOW)
    assert told == [Caution.MISSED, Caution.FAILING, Caution.LATE]
    late = cautions(signs(finished=LATE_AFTER + timedelta(seconds=1)), NOW)
    assert late == [Caution.LATE]
    assert cautions(signs(finished=LATE_AFTER), NOW) == []
