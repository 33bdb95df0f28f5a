"""Disputes."""

import copy

from fake_stripe.documents import Document, Params, previous_attributes, public
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.rules import disputes
from fake_stripe.rules.metadata import merged
from fake_stripe.runtime.session import Session


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("dispute", identifier)


def update(session: Session, identifier: str, params: Params) -> Document:
    dispute = session.get("dispute", identifier)
    before = copy.deepcopy(public(dispute))
    evidence = {name: value or None for name, value in (params.get("evidence") or {}).items()}
    if (evidence or params.get("submit")) and dispute["status"] not in disputes.OPEN:
        raise disputes.already_closed(dispute)
    dispute["evidence"] |= evidence
    dispute["evidence_details"]["has_evidence"] = disputes.has_evidence(dispute)
    dispute["metadata"] = merged(dispute["metadata"], params)
    if "intended_submission_method" in params:
        dispute["intended_submission_method"] = params["intended_submission_method"]
    if _submits(dispute, evidence, params):
        disputes.submit(session, dispute)
    changed = previous_attributes(before, public(dispute))
    if changed:
        session.save(dispute)
        session.emit("charge.dispute.updated", dispute, changed)
    return dispute


def _submits(dispute: Document, evidence: Document, params: Params) -> bool:
    """New evidence is sent unless it shall wait; what waits is sent when that is asked for."""
    return (
        bool(params.get("submit", bool(evidence))) and dispute["evidence_details"]["has_evidence"]
    )


def close(session: Session, identifier: str, params: Params) -> Document:
    """Accept that the dispute is lost. Raises ApiError 400 where it is closed already."""
    dispute = session.get("dispute", identifier)
    disputes.accept(session, dispute)
    return dispute


def list_all(session: Session, params: Params) -> Document:
    """Disputes, by `charge`, `payment_intent` and `created`."""
    return page(session, "dispute", "/v1/disputes", params, ("charge", "payment_intent"))


# Files, appeals, and what Visa's Compelling Evidence 3.0 asks for.
_UNSUPPORTED_EVIDENCE = frozenset(
    [
        "appeal",
        "cancellation_policy",
        "customer_communication",
        "customer_signature",
        "duplicate_charge_documentation",
        "enhanced_evidence",
        "receipt",
        "refund_policy",
        "service_documentation",
        "shipping_documentation",
        "uncategorized_file",
    ]
)
ROUTES = [
    Route("GET", "/v1/disputes", "DisputeListParams", list_all),
    Route("GET", "/v1/disputes/:id", "DisputeRetrieveParams", retrieve),
    Route(
        "POST",
        "/v1/disputes/:id",
        "DisputeUpdateParams",
        update,
        unsupported_inside={"evidence": _UNSUPPORTED_EVIDENCE},
    ),
    Route("POST", "/v1/disputes/:id/close", "DisputeCloseParams", close),
]
