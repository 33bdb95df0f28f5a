"""How a search for a patient is read, what a clinician is told, and how old somebody is."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clinic.rules import (
    ORDER,
    Search,
    age_on,
    can_end_reference,
    end_of_reference,
    read_search,
    since,
)
from portal.references import new_reference
from portal.standing import Answer

TODAY = date(2026, 11, 25)
BORN = date(1980, 2, 3)
REQUESTED, CHANGED, PAID = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Smith", Search(("smith",))),
        ("  SMITH, John ", Search(("smith", "john"))),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Brien", Search(("obrien",))),
        ("3/2/1980", Search(births=(BORN,))),
        ("john 3 Feb 1980 smith", Search(("john", "smith"), births=(BORN,))),
        ("PAT-7GH2", Search(ends=("7gh2",))),
        ("pat \N{EN DASH} 7gh2 smith", Search(("smith",), ("7gh2",))),
        ("7gh2", Search(("7gh2",))),
        ("%", Search()),
        ("' -", Search()),
    ],
)
def test_a_search_is_names_a_date_of_birth_and_a_reference_in_any_order(
    text: str, found: Search
) -> None:
    assert read_search(text, TODAY) == found


@given(st.text(max_size=100))
def test_whatever_is_typed_is_read(text: str) -> None:
    search = read_search(text, TODAY)
    assert search.is_empty == (search == Search())


@given(st.integers(min_value=4, max_value=16))
def test_the_end_of_a_reference_is_known_as_one_in_either_case(length: int) -> None:
    end = new_reference("PAT")[-length:]
    assert can_end_reference(end.lower())
    assert end_of_reference(end.lower()) == end


def test_letters_that_a_reference_does_not_have_are_taken_for_the_figures_they_look_like() -> None:
    assert end_of_reference("7ilo") == "7110"


@pytest.mark.parametrize("word", ["abc", "münch", "smithu", ""])
def test_what_no_reference_ends_with_is_a_name_alone(word: str) -> None:
    assert not can_end_reference(word)


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (BORN, date(2026, 2, 2), 45),
        (BORN, date(2026, 2, 3), 46),
        (date(1988, 2, 29), date(2026, 2, 28), 37),
        (date(1988, 2, 29), date(2026, 3, 1), 38),
        (TODAY, TODAY, 0),
    ],
)
def test_somebody_is_a_year_older_on_their_birthday(born: date, today: date, age: int) -> None:
    assert age_on(born, today) == age


def test_unpaid_comes_first_and_every_answer_has_its_place() -> None:
    assert ORDER[0] is Answer.NOT_YET
    assert sorted(ORDER) == sorted(Answer)


@pytest.mark.parametrize(
    ("answer", "paid_at", "began"),
    [
        (Answer.NOT_YET, None, REQUESTED),
        (Answer.PAID, PAID, PAID),
        (Answer.PAID, None, CHANGED),
        (Answer.ASK_THE_OFFICE, PAID, CHANGED),
    ],
)
def test_an_answer_says_since_when(
    answer: Answer, paid_at: datetime | None, began: datetime
) -> None:
    assert since(answer, REQUESTED, CHANGED, paid_at) == began
