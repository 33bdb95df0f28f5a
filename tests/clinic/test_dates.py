"""A date of birth is understood as people type it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clinic.dates import take_dates

TODAY = date(2026, 11, 25)
BORN = date(1980, 2, 3)
SPELLINGS = (
    "{0.day}/{0.month}/{0.year}",
    "{0:%d/%m/%Y}",
    "{0:%d.%m.%Y}",
    "{0:%d-%m-%Y}",
    "{0:%d %m %Y}",
    "{0:%d\N{NON-BREAKING HYPHEN}%m\N{NON-BREAKING HYPHEN}%Y}",
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0:%d %b %Y}",
    "{0:%d%b%Y}",
    "{0:%d-%b-%Y}",
    "{0.day} {0:%B} {0.year}",
    "{0:%B} {0.day}, {0.year}",
    "{0:%b} {0:%d} {0.year}",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(born=st.dates(date(1900, 1, 1), TODAY))
def test_every_usual_spelling_means_its_day(spelling: str, born: date) -> None:
    assert take_dates(spelling.format(born), TODAY)[0] == (born,)


@pytest.mark.parametrize(
    "text",
    [
        "3rd Feb 1980",
        "3 feb. 1980",
        "3 FEBRUARY 1980",
        "3 / 2 / 1980",
        "\N{FULLWIDTH DIGIT THREE}/2/1980",
        "\N{ARABIC-INDIC DIGIT THREE}/2/1980",
        "3/2/80",
    ],
)
def test_odd_spellings_are_understood_too(text: str) -> None:
    assert take_dates(text, TODAY)[0] == (BORN,)


def test_a_year_of_two_figures_means_each_century_that_has_come() -> None:
    assert take_dates("3/2/26", TODAY)[0] == (date(2026, 2, 3), date(1926, 2, 3))
    assert take_dates("3/12/26", TODAY)[0] == (date(1926, 12, 3),)


@pytest.mark.parametrize("text", ["31/2/1980", "0/1/1980", "1/13/1980", "0000-01-01", "3/2/2030"])
def test_a_day_that_nobody_was_born_on_finds_nobody(text: str) -> None:
    assert take_dates(text, TODAY)[0] == ()


@pytest.mark.parametrize(
    "text", ["", "John Smith", "3/2", "1980", "3 smith 1980", "13/2/198", "X3/2/1980", "3/2/19801"]
)
def test_what_is_no_date_is_left_for_the_names(text: str) -> None:
    assert take_dates(text, TODAY) == (None, text)


def test_what_stands_around_a_date_is_kept() -> None:
    born, rest = take_dates("john 3 Feb 1980 smith", TODAY)
    assert (born, rest.split()) == ((BORN,), ["john", "smith"])


@given(st.text(max_size=60))
def test_whatever_is_typed_is_no_error(text: str) -> None:
    born, _ = take_dates(text, TODAY)
    assert born is None or all(day <= TODAY for day in born)
