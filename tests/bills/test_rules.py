"""When a bill is due, and which mail asks for it when."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.bills.rules import (
    Notice,
    due_on,
    first_notice_at,
    is_in_hours,
    next_morning,
    next_notice_at,
    notice_at,
)

LONDON = "Europe/London"
MADE = datetime(2026, 3, 20, 8, 30, tzinfo=UTC)
DUE = date(2026, 4, 3)
ZONES = st.sampled_from([LONDON, "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(LONDON))


def test_a_bill_is_due_two_weeks_after_it_was_made() -> None:
    assert due_on(date(2026, 12, 24)) == date(2027, 1, 7)


def test_whoever_pays_later_is_mailed_at_once_and_whoever_pays_now_only_if_they_do_not() -> None:
    assert first_notice_at(MADE, pays_now=False) == MADE
    assert first_notice_at(MADE, pays_now=True) == MADE + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("day", "notice"),
    [
        (date(2026, 3, 20), Notice.BILL),
        (date(2026, 3, 22), None),
        (date(2026, 3, 30), None),
        (date(2026, 3, 31), Notice.REMINDER),
        (date(2026, 4, 3), Notice.REMINDER),
        (date(2026, 4, 4), None),
        (date(2026, 4, 5), None),
        (date(2026, 4, 6), Notice.OVERDUE),
        (date(2026, 6, 2), Notice.OVERDUE),
        (date(2026, 6, 3), None),
    ],
)
def test_each_mail_has_its_days(day: date, notice: Notice | None) -> None:
    assert notice_at(noon(day), MADE, DUE, LONDON) is notice


def test_a_bill_made_shortly_before_it_is_due_is_told_before_it_is_reminded_of() -> None:
    made = noon(DUE - timedelta(days=1))
    assert notice_at(made, made, DUE, LONDON) is Notice.BILL
    assert notice_at(made + timedelta(days=1, hours=1), made, DUE, LONDON) is Notice.REMINDER


def test_the_next_look_is_on_the_morning_three_days_before_and_three_days_after() -> None:
    """The clocks go forward in London on 29 March: nine o'clock is 9:00 UTC, then 8:00."""
    before = next_notice_at(MADE, date(2026, 3, 31), LONDON)
    after = next_notice_at(noon(date(2026, 3, 31)), date(2026, 3, 31), LONDON)
    assert before == datetime(2026, 3, 28, 9, tzinfo=UTC)
    assert after == datetime(2026, 4, 3, 8, tzinfo=UTC)
    assert next_notice_at(noon(date(2026, 4, 3)), date(2026, 3, 31), LONDON) is None


@given(zone=ZONES, now=MOMENTS)
def test_no_reminder_is_written_in_the_night_of_the_business(zone: str, now: datetime) -> None:
    hour = now.astimezone(ZoneInfo(zone)).hour
    for notice in (Notice.REMINDER, Notice.OVERDUE):
        assert is_in_hours(notice, now, zone) == (9 <= hour < 20)
    assert is_in_hours(Notice.BILL, now, zone)


@given(zone=ZONES, now=MOMENTS)
def test_a_mail_put_off_is_written_within_a_day_and_in_hours(zone: str, now: datetime) -> None:
    morning = next_morning(now, zone)
    assert now < morning <= now + timedelta(hours=25)
    assert is_in_hours(Notice.REMINDER, morning, zone)


@given(zone=ZONES, made=MOMENTS, term=st.integers(0, 60), looks=st.lists(MOMENTS, max_size=30))
def test_whenever_it_is_looked_at_a_bill_is_asked_for_three_times_at_most_and_comes_to_an_end(
    zone: str, made: datetime, term: int, looks: list[datetime]
) -> None:
    day = made.astimezone(ZoneInfo(zone)).date() + timedelta(days=term)
    for now in looks:
        if now < made:
            continue
        later = next_notice_at(now, day, zone)
        assert later is None or later > now
    now, rounds = made, 0
    while (later := next_notice_at(now, day, zone)) is not None:
        now, rounds = later, rounds + 1
        assert notice_at(now, made, day, zone) is not None
    assert rounds <= 2
