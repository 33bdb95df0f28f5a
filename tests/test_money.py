"""Money in minor units: exact, whatever the amount."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.formats import money
from portal.money import (
    CURRENCIES,
    MAXIMUM_CHARGE,
    MINIMUM_CHARGE,
    fraction_half_up,
    is_chargeable,
    split,
)

AMOUNTS = st.integers(0, MAXIMUM_CHARGE)


@given(amount=AMOUNTS, currency=st.sampled_from(CURRENCIES))
def test_what_is_shown_has_every_figure_of_the_amount(amount: int, currency: str) -> None:
    shown = money(amount, currency)
    assert int("".join(letter for letter in shown if letter.isdigit())) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (6750, "GBP", "£67.50"),
        (-500, "GBP", "−£5.00"),
        (6750, "JPY", "JP¥6,750"),
        (0, "EUR", "€0.00"),
        (99_999_999, "USD", "US$999,999.99"),
    ],
)
def test_amounts_read_as_people_write_them(amount: int, currency: str, shown: str) -> None:
    assert money(amount, currency) == shown


@given(
    amount=st.integers(-MAXIMUM_CHARGE, MAXIMUM_CHARGE),
    weights=st.lists(st.integers(0, 10**8), min_size=1, max_size=8),
)
def test_a_split_adds_up_and_no_part_is_off_by_one_unit(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    assert len(parts) == len(weights)
    total = sum(weights)
    if total:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * total - amount * weight) < total


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_a_split_needs_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(100, weights)


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [(1, 5000, 1), (25, 2000, 5), (12, 2000, 2), (13, 2000, 3), (-25, 2000, -5), (-1, 5000, -1)],
)
def test_halves_round_away_from_zero(amount: int, rate: int, tax: int) -> None:
    assert fraction_half_up(amount, rate) == tax


@pytest.mark.parametrize("currency", CURRENCIES)
def test_stripes_limits(currency: str) -> None:
    assert is_chargeable(MINIMUM_CHARGE[currency], currency)
    assert not is_chargeable(MINIMUM_CHARGE[currency] - 1, currency)
    assert is_chargeable(MAXIMUM_CHARGE, currency)
    assert not is_chargeable(MAXIMUM_CHARGE + 1, currency)
