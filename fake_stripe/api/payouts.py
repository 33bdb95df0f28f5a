"""Payouts: automatic, so read only."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.runtime.session import Session


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("payout", identifier)


def list_all(session: Session, params: Params) -> Document:
    """Payouts, by `arrival_date`, `destination`, `status` and `created`."""
    return page(
        session,
        "payout",
        "/v1/payouts",
        params,
        ("destination", "status"),
        moments=("arrival_date", "created"),
    )


ROUTES = [
    Route("GET", "/v1/payouts", "PayoutListParams", list_all),
    Route("GET", "/v1/payouts/:id", "PayoutRetrieveParams", retrieve),
]
