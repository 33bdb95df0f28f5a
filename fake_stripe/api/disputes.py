"""Disputes."""

from fake_stripe import disputes
from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.lists import page
from fake_stripe.metadata import merged
from fake_stripe.routing import Route
from fake_stripe.session import Session


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("dispute", identifier)


def update(session: Session, identifier: str, params: Params) -> Document:
    dispute = session.get("dispute", identifier)
    before = {"status": dispute["status"], "evidence": dict(dispute["evidence"])}
    evidence = {name: value or None for name, value in (params.get("evidence") or {}).items()}
    if (evidence or params.get("submit")) and dispute["status"] not in disputes.OPEN:
        raise ApiError("This dispute is already closed and its evidence cannot be updated.")
    dispute["evidence"] |= evidence
    dispute["evidence_details"]["has_evidence"] = any(
        value for name, value in dispute["evidence"].items() if name != "enhanced_evidence"
    )
    dispute["metadata"] = merged(dispute["metadata"], params)
    if evidence and params.get("submit", True):
        disputes.submit(session, dispute)
    session.save(dispute)
    session.emit("charge.dispute.updated", dispute, before)
    return dispute


def close(session: Session, identifier: str, params: Params) -> Document:
    dispute = session.get("dispute", identifier)
    disputes.accept(session, dispute)
    return dispute


def list_all(session: Session, params: Params) -> Document:
    return page(session, "dispute", "/v1/disputes", params, ("charge", "payment_intent"))


ROUTES = [
    Route("GET", "/v1/disputes", "DisputeListParams", list_all),
    Route("GET", "/v1/disputes/:id", "DisputeRetrieveParams", retrieve),
    Route("POST", "/v1/disputes/:id", "DisputeUpdateParams", update),
    Route("POST", "/v1/disputes/:id/close", "DisputeCloseParams", close),
]
