"""Customers."""

from fake_stripe.documents import Document, Params
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.objects.addresses import address, address_or_none
from fake_stripe.rules import customers, texts
from fake_stripe.rules.metadata import merged
from fake_stripe.runtime.session import Session

_PLAIN = ("business_name", "description", "email", "individual_name", "name", "phone")
_WHOLE = ("balance", "invoice_prefix", "next_invoice_sequence", "preferred_locales", "tax_exempt")
_UNSUPPORTED = frozenset(
    [
        "cash_balance",
        "default_source",
        "invoice_settings",
        "payment_method",
        "source",
        "tax",
        "tax_id_data",
        "test_clock",
        "validate",
    ]
)


def create(session: Session, params: Params) -> Document:
    """A new customer. Raises ApiError 400 for an address that cannot be."""
    fields = {"invoice_prefix": session.token(8).upper(), **_fields(params)}
    document = session.new("customer", **fields, metadata=merged({}, params))
    session.emit("customer.created", document)
    return document


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    """The customer, or what is left of a deleted one."""
    return customers.shown(session.get("customer", identifier))


def update(session: Session, identifier: str, params: Params) -> Document:
    """Change a customer; what was not given stays. Raises ApiError 404 for a deleted one."""
    document = customers.living(session, identifier)
    fields = _fields(params) | {"metadata": merged(document["metadata"], params)}
    changed = {name: value for name, value in fields.items() if document.get(name) != value}
    if changed:
        session.change(document, "customer.updated", **changed)
    return document


def delete(session: Session, identifier: str, params: Params) -> Document:
    """Delete a customer for good; payments that name it keep its id."""
    document = customers.living(session, identifier)
    session.emit("customer.deleted", document)
    document["_deleted"] = True
    document["_status"] = "deleted"
    session.save(document)
    return customers.remains(document)


def list_all(session: Session, params: Params) -> Document:
    """Customers, by `email` and `created`, without the deleted."""
    not_deleted = (("status IS NOT 'deleted'", ()),)
    return page(session, "customer", "/v1/customers", params, ("email",), where=not_deleted)


def _fields(params: Params) -> Document:
    texts.check(params)
    fields = {name: params[name] or None for name in _PLAIN if name in params}
    fields |= {name: params[name] for name in _WHOLE if name in params}
    if "address" in params:
        fields["address"] = address_or_none(params["address"])
    if "shipping" in params:
        fields["shipping"] = _shipping(params["shipping"])
    return fields


def _shipping(given: Params | str) -> Document | None:
    if not isinstance(given, dict):
        return None
    return {
        "address": address(given["address"]),
        "name": given["name"],
        "phone": given.get("phone") or None,
    }


ROUTES = [
    Route("POST", "/v1/customers", "CustomerCreateParams", create, unsupported=_UNSUPPORTED),
    Route("GET", "/v1/customers", "CustomerListParams", list_all, unsupported=_UNSUPPORTED),
    Route("GET", "/v1/customers/:id", "CustomerRetrieveParams", retrieve),
    Route("POST", "/v1/customers/:id", "CustomerUpdateParams", update, unsupported=_UNSUPPORTED),
    Route("DELETE", "/v1/customers/:id", "CustomerDeleteParams", delete),
]
