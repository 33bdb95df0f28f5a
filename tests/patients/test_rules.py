from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices import bounds
from portal.patients.rules import (
    ADDRESS_LINES,
    LONGEST_ADDRESS_LINE,
    OLDEST,
    can_be_shown,
    read_address,
    read_date_of_birth,
)

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("text", ["1954-03-28", " 1954-03-28 ", "2026-11-25", "1896-01-01"])
def test_a_date_of_birth_is_read(text: str) -> None:
    assert read_date_of_birth(text, TODAY).isoformat() == text.strip()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "like 1954-03-28"),
        ("28.3.1954", "like 1954-03-28"),
        ("19540328", "like 1954-03-28"),
        ("1954-W13-7", "like 1954-03-28"),
        ("１９５４-03-28", "like 1954-03-28"),
        ("1954-02-30", "not in the calendar"),
        ("0000-01-01", "not in the calendar"),
        ("2026-11-26", "in the past"),
        ("1895-12-31", f"last {OLDEST} years"),
    ],
)
def test_a_date_of_birth_that_cannot_be_is_explained(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_date_of_birth(text, TODAY)


@given(st.text())
def test_whatever_is_typed_is_a_date_of_birth_or_explained(text: str) -> None:
    try:
        born = read_date_of_birth(text, TODAY)
    except ValueError:
        return
    assert born <= TODAY


def test_an_address_is_kept_as_its_lines_without_what_nobody_sees() -> None:
    typed = "  1  High Street \r\n\n\tLeeds LS1 1AA\n \nUnited Kingdom\n"
    assert read_address(typed) == ("1 High Street", "Leeds LS1 1AA", "United Kingdom")


def test_an_address_in_any_script_is_kept() -> None:
    assert read_address("東京都千代田区1-1\nخیابان می\u200cخواهم") == (
        "東京都千代田区1-1",
        "خیابان می\u200cخواهم",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", f"1 to {ADDRESS_LINES} lines"),
        (" \n\t\n", f"1 to {ADDRESS_LINES} lines"),
        ("line\n" * (ADDRESS_LINES + 1), f"1 to {ADDRESS_LINES} lines"),
        ("x" * (LONGEST_ADDRESS_LINE + 1), f"{LONGEST_ADDRESS_LINE} characters or fewer"),
        ("1 High\x00Street", "cannot be shown"),
        ("1 High \u202eStreet", "cannot be shown"),
        ("1 High \ud800 Street", "cannot be shown"),
    ],
)
def test_an_address_that_cannot_stand_on_an_envelope_is_explained(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_address(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_an_address_that_is_kept_fits_a_document_and_reads_the_same_again(text: str) -> None:
    try:
        lines = read_address(text)
    except ValueError:
        return
    assert 0 < len(lines) <= min(ADDRESS_LINES, bounds.ADDRESS_LINES)
    assert all(0 < len(line) <= bounds.ADDRESS_LINE for line in lines)
    assert all(can_be_shown(line) for line in lines)
    assert read_address("\n".join(lines)) == lines
