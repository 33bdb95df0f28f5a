"""The account that the key belongs to: read only."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.routing import Route
from fake_stripe.objects.own_account import own_account
from fake_stripe.rules.money import SETTLEMENT_CURRENCY
from fake_stripe.runtime.session import Session


def retrieve(session: Session, params: Params) -> Document:
    """The account that the key belongs to; it cannot be changed."""
    return own_account(session.account, SETTLEMENT_CURRENCY)


ROUTES = [Route("GET", "/v1/account", "AccountRetrieveCurrentParams", retrieve)]
