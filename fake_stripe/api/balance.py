"""The balance and its transactions."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.rules import payouts
from fake_stripe.rules.money import SETTLEMENT_CURRENCY
from fake_stripe.runtime.session import Session


def balance(session: Session, params: Params) -> Document:
    """What is in no payout yet: a payout and all that it pays out add up to nothing."""
    return {
        "object": "balance",
        "available": _amounts(payouts.available(session)),
        "connect_reserved": [{"amount": 0, "currency": SETTLEMENT_CURRENCY}],
        "livemode": False,
        "pending": _amounts(payouts.pending(session)),
    }


def _amounts(amount: int) -> list[Document]:
    return [{"amount": amount, "currency": SETTLEMENT_CURRENCY, "source_types": {"card": amount}}]


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("balance_transaction", identifier)


def list_all(session: Session, params: Params) -> Document:
    """Balance transactions, by `currency`, `payout`, `source`, `type` and `created`."""
    filters = ("currency", "payout", "source", "type")
    return page(session, "balance_transaction", "/v1/balance_transactions", params, filters)


ROUTES = [
    Route("GET", "/v1/balance", "BalanceRetrieveParams", balance),
    Route("GET", "/v1/balance_transactions", "BalanceTransactionListParams", list_all),
    Route("GET", "/v1/balance_transactions/:id", "BalanceTransactionRetrieveParams", retrieve),
]
