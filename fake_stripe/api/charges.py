"""Charges: read only; they are made by confirming PaymentIntents."""

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.objects.addresses import shipping
from fake_stripe.rules import texts
from fake_stripe.rules.customers import living
from fake_stripe.rules.metadata import merged
from fake_stripe.runtime.session import Session

_PLAIN = ("description", "receipt_email", "transfer_group")


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("charge", identifier)


def update(session: Session, identifier: str, params: Params) -> Document:
    """Change what a charge is described by. Raises ApiError 400 for another customer."""
    charge = session.get("charge", identifier)
    texts.check(params)
    fields: Document = {name: params[name] or None for name in _PLAIN if name in params}
    fields["metadata"] = merged(charge["metadata"], params)
    if "customer" in params:
        fields["customer"] = _customer(session, charge, params["customer"])
    if "fraud_details" in params:
        fields["fraud_details"] = {**charge["fraud_details"], **(params["fraud_details"] or {})}
    if "shipping" in params:
        fields["shipping"] = shipping(params["shipping"])
    if any(charge[name] != value for name, value in fields.items()):
        session.change(charge, "charge.updated", **fields)
    return charge


def _customer(session: Session, charge: Document, customer: str) -> str:
    if charge["customer"] not in (None, customer):
        raise ApiError(
            "This charge already has a customer, which cannot be changed.", param="customer"
        )
    living(session, customer, param="customer", status=400)
    return customer


def list_all(session: Session, params: Params) -> Document:
    """Charges, by `customer`, `payment_intent`, `transfer_group` and `created`."""
    return page(
        session, "charge", "/v1/charges", params, ("customer", "payment_intent", "transfer_group")
    )


def list_refunds(session: Session, identifier: str, params: Params) -> Document:
    """The refunds of one charge. Raises ApiError 404 where there is no such charge."""
    session.get("charge", identifier)
    return page(
        session,
        "refund",
        f"/v1/charges/{identifier}/refunds",
        {**params, "charge": identifier},
        ("charge",),
    )


ROUTES = [
    Route("GET", "/v1/charges", "ChargeListParams", list_all),
    Route("GET", "/v1/charges/:id", "ChargeRetrieveParams", retrieve),
    Route("POST", "/v1/charges/:id", "ChargeUpdateParams", update),
    Route("GET", "/v1/charges/:id/refunds", "ChargeListRefundsParams", list_refunds),
]
