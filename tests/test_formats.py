"""How days and rates read."""

from datetime import UTC, date, datetime

import pytest

from portal.formats import day, filters, moment, percent, short_day

NEW_YEARS_EVE = datetime(2026, 12, 31, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "reads"), [("Europe/London", "31 December 2026"), ("Asia/Tokyo", "1 January 2027")]
)
def test_a_moment_falls_on_the_day_of_the_business_time_zone(zone: str, reads: str) -> None:
    assert day(NEW_YEARS_EVE, zone) == reads


def test_a_date_is_the_same_day_everywhere() -> None:
    assert day(date(2026, 11, 30), "Asia/Tokyo") == "30 November 2026"


def test_a_short_day_has_the_month_in_letters_still() -> None:
    assert short_day(date(2026, 11, 30), "Europe/London") == "30 Nov 2026"
    assert short_day(NEW_YEARS_EVE, "Asia/Tokyo") == "1 Jan 2027"


def test_a_moment_reads_with_the_clock_of_the_business() -> None:
    assert moment(NEW_YEARS_EVE, "Europe/London") == "31 December 2026 at 15:05"
    assert moment(NEW_YEARS_EVE, "Asia/Tokyo") == "1 January 2027 at 00:05"


@pytest.mark.parametrize(
    ("basis_points", "reads"), [(2000, "20%"), (550, "5.5%"), (0, "0%"), (1, "0.01%")]
)
def test_a_rate_reads_without_idle_zeros(basis_points: int, reads: str) -> None:
    assert percent(basis_points) == reads


def test_templates_of_pages_and_mails_share_the_filters() -> None:
    shared = filters("Europe/London")
    assert shared["money"](6750, "GBP") == "£67.50"
    assert shared["date"](NEW_YEARS_EVE) == "31 December 2026"
