"""Customers."""

from fake_stripe.documents import Document, Params
from fake_stripe.errors import missing
from fake_stripe.lists import page
from fake_stripe.metadata import merged
from fake_stripe.routing import Route
from fake_stripe.session import Session

_PLAIN = ("description", "email", "name", "phone")
_WHOLE = ("preferred_locales", "tax_exempt")


def create(session: Session, params: Params) -> Document:
    fields = _fields(params)
    document = session.new("customer", **fields, metadata=merged({}, params), invoice_prefix=session.token(8).upper())
    session.emit("customer.created", document)
    return document


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    document = session.get("customer", identifier)
    if document.get("_deleted"):
        return {"id": identifier, "object": "customer", "deleted": True}
    return document


def update(session: Session, identifier: str, params: Params) -> Document:
    document = _living(session, identifier)
    fields = _fields(params) | {"metadata": merged(document["metadata"], params)}
    changed = {name: value for name, value in fields.items() if document[name] != value}
    if changed:
        session.change(document, "customer.updated", **changed)
    return document


def delete(session: Session, identifier: str, params: Params) -> Document:
    document = _living(session, identifier)
    session.emit("customer.deleted", document)
    document["_deleted"] = True
    document["_status"] = "deleted"
    session.save(document)
    return {"id": identifier, "object": "customer", "deleted": True}


def list_all(session: Session, params: Params) -> Document:
    living = (("status IS NOT 'deleted'", ()),)
    return page(session, "customer", "/v1/customers", params, ("email", "test_clock"), where=living)


def _living(session: Session, identifier: str) -> Document:
    document = session.get("customer", identifier)
    if document.get("_deleted"):
        raise missing("customer", identifier)
    return document


def _fields(params: Params) -> Document:
    fields = {name: params[name] or None for name in _PLAIN if name in params}
    fields |= {name: params[name] for name in _WHOLE if name in params}
    if "address" in params:
        fields["address"] = _address(params["address"]) if params["address"] else None
    if "shipping" in params:
        fields["shipping"] = _shipping(params["shipping"]) if params["shipping"] else None
    return fields


def _address(given: Params) -> Document:
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return {name: given.get(name) or None for name in names}


def _shipping(given: Params) -> Document:
    return {"address": _address(given["address"]), "name": given["name"], "phone": given.get("phone") or None}


ROUTES = [
    Route("POST", "/v1/customers", "CustomerCreateParams", create),
    Route("GET", "/v1/customers", "CustomerListParams", list_all),
    Route("GET", "/v1/customers/:id", "CustomerRetrieveParams", retrieve),
    Route("POST", "/v1/customers/:id", "CustomerUpdateParams", update),
    Route("DELETE", "/v1/customers/:id", "CustomerDeleteParams", delete),
]
