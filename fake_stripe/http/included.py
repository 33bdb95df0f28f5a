"""Fields that an object has only when they are asked for with `expand`."""

from collections.abc import Callable

from fake_stripe.documents import Document
from fake_stripe.runtime.session import Session

_AT_MOST = 10


def _refunds(session: Session, charge: Document) -> Document:
    found = list(reversed(session.select("refund", "charge", charge["id"])))
    return _list(f"/v1/charges/{charge['id']}/refunds", found)


def _list(url: str, found: list[Document]) -> Document:
    more = len(found) > _AT_MOST
    return {"object": "list", "data": found[:_AT_MOST], "has_more": more, "url": url}


def _none(path: str) -> Callable[[Session, Document], Document]:
    """A list of what no customer has here."""

    def make(session: Session, customer: Document) -> Document:
        return _list(f"/v1/customers/{customer['id']}/{path}", [])

    return make


def _tax(session: Session, customer: Document) -> Document:
    """Stripe Tax collects nothing here; it can place a customer by the country."""
    placed = (customer["address"] or {}).get("country")
    return {
        "automatic_tax": "not_collecting" if placed else "unrecognized_location",
        "ip_address": None,
        "location": None,
        "provider": "stripe",
    }


def _cash_balance(session: Session, customer: Document) -> Document:
    return {
        "object": "cash_balance",
        "available": None,
        "customer": customer["id"],
        "customer_account": None,
        "livemode": False,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }


def _no_credit(session: Session, customer: Document) -> Document:
    return {}


INCLUDED: dict[tuple[object, str], Callable[[Session, Document], Document]] = {
    ("charge", "refunds"): _refunds,
    ("customer", "cash_balance"): _cash_balance,
    ("customer", "invoice_credit_balance"): _no_credit,
    ("customer", "sources"): _none("sources"),
    ("customer", "subscriptions"): _none("subscriptions"),
    ("customer", "tax"): _tax,
    ("customer", "tax_ids"): _none("tax_ids"),
}
