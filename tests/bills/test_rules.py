"""When a bill is due."""

from datetime import date

from portal.bills.rules import due_on


def test_a_bill_is_due_two_weeks_after_it_was_made() -> None:
    assert due_on(date(2026, 12, 24)) == date(2027, 1, 7)
