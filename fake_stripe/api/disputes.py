"""Disputes."""

import copy

from fake_stripe.documents import Document, Params, previous_attributes, public
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Route
from fake_stripe.rules import disputes, evidence
from fake_stripe.rules.metadata import merged
from fake_stripe.runtime.session import Session


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return session.get("dispute", identifier)


def update(session: Session, identifier: str, params: Params) -> Document:
    """Keep evidence and metadata; whatever evidence is there is sent unless `submit` is false.

    Raises ApiError 400 for evidence that is too much or too late.
    """
    dispute = session.get("dispute", identifier)
    before = copy.deepcopy(public(dispute))
    given = params.get("evidence") or {}
    evidence.add(session, dispute, given)
    dispute["metadata"] = merged(dispute["metadata"], params)
    if "intended_submission_method" in params:
        dispute["intended_submission_method"] = params["intended_submission_method"]
    if _submits(dispute, given, params):
        evidence.submit(session, dispute)
    changed = previous_attributes(before, public(dispute))
    if changed:
        session.save(dispute)
        session.emit("charge.dispute.updated", dispute, changed)
    return dispute


def _submits(dispute: Document, given: Params, params: Params) -> bool:
    """`submit` is true unless it is said to be false, so that any update sends what was kept.

    What has been sent already is sent again only with more evidence.
    """
    if params.get("submit") and dispute["status"] not in disputes.OPEN:
        raise disputes.already_closed(dispute)
    is_new = bool(given) or dispute["status"] in disputes.TO_ANSWER
    return params.get("submit", True) and is_new and evidence.can_be_sent(dispute)


def close(session: Session, identifier: str, params: Params) -> Document:
    """Accept that the dispute is lost. Raises ApiError 400 where it is closed already."""
    dispute = session.get("dispute", identifier)
    disputes.accept(session, dispute)
    return dispute


def list_all(session: Session, params: Params) -> Document:
    """Disputes, by `charge`, `payment_intent` and `created`."""
    return page(session, "dispute", "/v1/disputes", params, ("charge", "payment_intent"))


# What Visa's Compelling Evidence 3.0 asks for.
_UNSUPPORTED_EVIDENCE = frozenset(["enhanced_evidence"])
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
