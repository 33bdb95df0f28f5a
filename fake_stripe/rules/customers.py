"""Customers as other objects name them: those that exist, and what is left of a deleted one."""

from fake_stripe.documents import Document
from fake_stripe.errors import missing
from fake_stripe.runtime.session import Session


def living(session: Session, identifier: str, *, param: str = "id", status: int = 404) -> Document:
    """The customer.

    Raises ApiError `resource_missing` for one that never was and for one that was deleted.
    """
    customer = session.get("customer", identifier, param=param, status=status)
    if is_deleted(customer):
        raise missing("customer", identifier, param=param, status=status)
    return customer


def is_deleted(document: Document) -> bool:
    """Whether the customer was deleted; its payments still name it."""
    return "_deleted" in document


def shown(document: Document) -> Document:
    """The customer as it is, or what is left of a deleted one."""
    return remains(document) if is_deleted(document) else document


def remains(document: Document) -> Document:
    """What the API shows of a deleted object."""
    return {"id": document["id"], "object": document["object"], "deleted": True}
