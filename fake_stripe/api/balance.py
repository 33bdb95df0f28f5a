"""The balance and its transactions."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.rules.money import SETTLEMENT_CURRENCY
from fake_stripe.runtime.session import Session


def balance(session: Session, params: Params) -> Document:
    rows = session.store.rows(
        "SELECT json_extract(body, '$.available_on') <= ? AS available, sum(json_extract(body, "
        "'$.net')) AS net FROM objects WHERE account = ? AND kind = 'balance_transaction' GROUP BY "
        "1",
        (session.now, session.account),
    )
    totals = {bool(row["available"]): row["net"] or 0 for row in rows}
    return {
        "object": "balance",
        "available": _amounts(totals.get(True, 0)),
        "connect_reserved": [{"amount": 0, "currency": SETTLEMENT_CURRENCY}],
        "livemode": False,
        "pending": _amounts(totals.get(False, 0)),
    }


def _amounts(amount: int) -> list[Document]:
    return [{"amount": amount, "currency": SETTLEMENT_CURRENCY, "source_types": {"card": amount}}]


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("balance_transaction", identifier)


def list_all(session: Session, params: Params) -> Document:
    filters = ("currency", "payout", "source", "type")
    return page(session, "balance_transaction", "/v1/balance_transactions", params, filters)


ROUTES = [
    Route("GET", "/v1/balance", "BalanceRetrieveParams", balance),
    Route("GET", "/v1/balance_transactions", "BalanceTransactionListParams", list_all),
    Route("GET", "/v1/balance_transactions/:id", "BalanceTransactionRetrieveParams", retrieve),
]
