"""Charges: read only; they are made by confirming PaymentIntents."""

from fake_stripe.documents import Document, Params
from fake_stripe.lists import page
from fake_stripe.metadata import merged
from fake_stripe.routing import Route
from fake_stripe.session import Session


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("charge", identifier)


def update(session: Session, identifier: str, params: Params) -> Document:
    charge = session.get("charge", identifier)
    fields: Document = {"metadata": merged(charge["metadata"], params)}
    if "description" in params:
        fields["description"] = params["description"] or None
    if any(charge[name] != value for name, value in fields.items()):
        session.change(charge, "charge.updated", **fields)
    return charge


def list_all(session: Session, params: Params) -> Document:
    return page(session, "charge", "/v1/charges", params, ("customer", "payment_intent", "transfer_group"))


def list_refunds(session: Session, identifier: str, params: Params) -> Document:
    session.get("charge", identifier)
    return page(session, "refund", f"/v1/charges/{identifier}/refunds", {**params, "charge": identifier}, ("charge",))


ROUTES = [
    Route("GET", "/v1/charges", "ChargeListParams", list_all),
    Route("GET", "/v1/charges/:id", "ChargeRetrieveParams", retrieve),
    Route("POST", "/v1/charges/:id", "ChargeUpdateParams", update),
    Route("GET", "/v1/charges/:id/refunds", "ChargeListRefundsParams", list_refunds),
]
