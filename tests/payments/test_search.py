"""What a bank statement shows finds its payment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.formats import money
from portal.money import CURRENCIES, MAXIMUM_CHARGE
from portal.payments.search import amounts, last_four


@given(st.integers(1, MAXIMUM_CHARGE), st.sampled_from(CURRENCIES))
def test_whatever_amount_a_page_shows_finds_it(amount: int, currency: str) -> None:
    assert amounts(money(amount, currency))[currency] == amount


@given(st.integers(1, 99_999), st.sampled_from(("GBP", "EUR", "USD")))
def test_pounds_without_pence_are_found_by_pounds_alone(pounds: int, currency: str) -> None:
    for written in (f"{pounds}", f"{pounds}.00", f"{currency} {pounds}", f"{pounds},00"[:-3]):
        assert amounts(written)[currency] == pounds * 100


@given(st.text(max_size=100))
def test_no_text_is_an_amount_that_cannot_be_charged(words: str) -> None:
    assert all(0 <= amount <= MAXIMUM_CHARGE for amount in amounts(words).values())
    found = last_four(words)
    assert found is None or (len(found) == 4 and found.isascii())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("£27", {"GBP": 2700}),
        ("27.5", {"EUR": 2750, "GBP": 2750, "USD": 2750}),
        ("$27", {"USD": 2700}),
        ("¥10,500", {"JPY": 10500}),
        ("27.001", {}),
        ("£27 GBP", {}),
        ("-27", {}),
        ("1_000", {}),
        ("２７", {}),
        ("1e5", {}),
        ("27 questions", {}),
        ("999999999", {}),
    ],
)
def test_an_amount_is_read_as_people_write_it(words: str, found: dict[str, int]) -> None:
    assert amounts(words) == found


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("4242", "4242"),
        ("Visa ending 4242", "4242"),
        ("ending 4242 ", "4242"),
        ("424", None),
        ("04242", None),
        ("٤٢٤٢", None),
    ],
)
def test_a_card_is_found_by_its_last_four_digits(words: str, digits: str | None) -> None:
    assert last_four(words) == digits
