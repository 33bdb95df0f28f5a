"""Evidence against a dispute: checked as it comes, kept, and sent to the bank."""

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.rules import disputes
from fake_stripe.rules.files import EVIDENCE
from fake_stripe.runtime.session import Session

# Each holds the id of an uploaded file.
FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
# Characters of all texts together, as the SDK documents it, and bytes of all files together:
# https://docs.stripe.com/disputes/responding.
MOST_TEXT = 150_000
MOST_IN_FILES = 4_500_000
# As in Stripe's test mode these decide; the first wins.
_DECISIVE = ("winning_evidence", "losing_evidence")


def add(session: Session, dispute: Document, given: Params) -> None:
    """Put what was given to what is there; an empty text takes a field away.

    Raises ApiError 400 for what is too much, for a file that is none, and where it comes too late.
    """
    if not given:
        return
    if dispute["status"] not in disputes.OPEN:
        raise disputes.already_closed(dispute)
    fields = {name: value or None for name, value in given.items() if name != "appeal"}
    if "appeal" in given:
        fields["appeal"] = _appeal(dispute, given["appeal"])
    dispute["evidence"] |= fields
    _check_text(dispute["evidence"])
    _check_files(session, dispute["evidence"])
    dispute["evidence_details"]["has_evidence"] = has_evidence(dispute)


def has_evidence(dispute: Document) -> bool:
    """Whether any evidence is there, sent or not."""
    return any(value for name, value in dispute["evidence"].items() if name != "enhanced_evidence")


def submit(session: Session, dispute: Document) -> None:
    """The evidence goes to the bank."""
    details = dispute["evidence_details"]
    details["submission_count"] += 1
    details["submission_method"] = "manual"
    dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    words = dispute["evidence"]["uncategorized_text"]
    if dispute["status"] == "appeal_under_review":
        words = dispute["evidence"]["appeal"]["card"]["reason_for_filing"]
    if words in _DECISIVE:
        delay, won = session.settings.delays.verdict, words == _DECISIVE[0]
        session.later("decide_dispute", delay, dispute=dispute["id"], won=won)


def can_be_sent(dispute: Document) -> bool:
    """Whether there is anything to send; an appeal needs its own reason."""
    if dispute["status"].startswith("appeal"):
        return bool(dispute["evidence"]["appeal"])
    return dispute["status"] in disputes.OPEN and has_evidence(dispute)


def _appeal(dispute: Document, given: Params | str) -> Document | None:
    """The appeal with every key. Raises ApiError 400 where the dispute cannot be appealed."""
    if dispute["status"] not in ("appeal_needs_response", "appeal_under_review"):
        message = f"A dispute with a status of {dispute['status']} cannot be appealed."
        raise ApiError(message, param="evidence[appeal]")
    if not isinstance(given, dict) or not given.get("card"):
        return None
    card = given["card"]
    return {
        "card": {
            "reason_for_filing": card.get("reason_for_filing") or None,
            "supporting_files": card.get("supporting_files") or None,
        }
    }


def _check_text(evidence: Document) -> None:
    texts = [value for value in evidence.values() if isinstance(value, str)]
    if sum(map(len, texts)) > MOST_TEXT:
        raise ApiError(
            f"All evidence together may have at most {MOST_TEXT} characters.", param="evidence"
        )


def _check_files(session: Session, evidence: Document) -> None:
    named = {f"evidence[{name}]": evidence[name] for name in FILES if evidence[name]}
    appeal = (evidence["appeal"] or {"card": {}})["card"].get("supporting_files") or []
    named |= {
        f"evidence[appeal][card][supporting_files][{place}]": file
        for place, file in enumerate(appeal)
    }
    files = [_file(session, param, file) for param, file in named.items()]
    if sum(file["size"] for file in files) > MOST_IN_FILES:
        raise ApiError(
            f"All files of the evidence together may have at most {MOST_IN_FILES} bytes.",
            param="evidence",
        )


def _file(session: Session, param: str, identifier: str) -> Document:
    file = session.get("file", identifier, param=param, status=400)
    if file["purpose"] != EVIDENCE:
        raise ApiError(f"The file {identifier} was not uploaded as {EVIDENCE}.", param=param)
    return file
