"""The ledger balances, whatever is posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger.rules import Account, Line, Unbalanced, balance, check_balanced, sale

AMOUNTS = st.integers(0, 99_999_999)
CURRENCIES = st.sampled_from(["GBP", "EUR", "USD", "JPY"])


@given(net=AMOUNTS, tax=AMOUNTS, currency=CURRENCIES)
def test_a_sale_balances(net: int, tax: int, currency: str) -> None:
    check_balanced(sale(currency, net, tax))


@given(
    amount=AMOUNTS, settled=AMOUNTS, fee=AMOUNTS, currency=CURRENCIES, settled_currency=CURRENCIES
)
def test_a_balance_transaction_balances_in_every_currency(
    amount: int, settled: int, fee: int, currency: str, settled_currency: str
) -> None:
    if currency == settled_currency:
        settled = amount
    check_balanced(balance(currency, amount, settled_currency, settled, fee))


def test_the_receivable_is_the_gross_until_the_balance_transaction_clears_it() -> None:
    lines = sale("GBP", 5625, 1125) + balance("GBP", 6750, "GBP", 6750, 121)
    sums = {
        account: sum(line.amount for line in lines if line.account is account)
        for account in Account
    }
    assert sums == {
        Account.RECEIVABLE: 0,
        Account.REVENUE: -5625,
        Account.TAX: -1125,
        Account.STRIPE_BALANCE: 6629,
        Account.STRIPE_FEE: 121,
        Account.EXCHANGE_CLEARING: 0,
        Account.SUSPENSE: 0,
        Account.REFUNDS_OWED: 0,
        Account.PAYMENT_DIFFERENCE: 0,
    }


def test_currencies_are_never_added_to_each_other() -> None:
    with pytest.raises(Unbalanced):
        check_balanced([Line(Account.RECEIVABLE, "EUR", 100), Line(Account.REVENUE, "GBP", -100)])
