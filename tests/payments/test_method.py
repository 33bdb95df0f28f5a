"""The payment method, named as people know it."""

import pytest

from portal.payments.method import method_name


@pytest.mark.parametrize(
    ("brand", "last4", "wallet", "name"),
    [
        ("visa", "4242", None, "Visa ending 4242"),
        ("amex", "8431", None, "American Express ending 8431"),
        ("visa", "4242", "apple_pay", "Apple Pay · Visa 4242"),
        ("mastercard", "4444", "google_pay", "Google Pay · Mastercard 4444"),
        ("visa", "4242", "a wallet of next year", "Visa ending 4242"),
        ("a brand of next year", "1111", None, "Card ending 1111"),
        ("unknown", None, "apple_pay", "Apple Pay"),
        ("visa", None, None, "Visa"),
        (None, None, None, None),
    ],
)
def test_a_method_is_named_as_people_know_it(
    brand: str | None, last4: str | None, wallet: str | None, name: str | None
) -> None:
    assert method_name(brand, last4, wallet) == name
