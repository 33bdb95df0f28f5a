"""What is worth knowing about one object, in the words of Stripe's API."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fake_stripe.documents import Document
from fake_stripe.rules.money import display


@dataclass(frozen=True)
class Fact:
    """A name and a text; `id` is the object that the text links to, "" for none."""

    name: str
    text: str
    id: str = ""


def moment(seconds: int) -> str:
    """A moment in Unix seconds as people read it, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M:%S UTC")


def card(charge: Document) -> str:
    """`Visa •••• 4242`, with the wallet where there is one."""
    details = charge["payment_method_details"]["card"]
    text = f"{details['brand'].capitalize()} •••• {details['last4']}"
    if not details["wallet"]:
        return text
    return f"{text}, {details['wallet']['type'].replace('_', ' ')}"


def of(document: Document, related: list[Document]) -> list[Fact]:
    """The facts of an object; `related` are those that hang on it. Empty ones are left out."""
    found = _KINDS.get(document["object"], _plain)(document, related)
    metadata = (
        Fact(f"metadata.{name}", text) for name, text in document.get("metadata", {}).items()
    )
    return [
        fact
        for fact in (*found, *metadata, Fact("created", moment(document["created"])))
        if fact.text
    ]


def _payment(intent: Document, related: list[Document]) -> Iterator[Fact]:
    yield _link("customer", intent)
    for charge in (document for document in related if document["id"] == intent["latest_charge"]):
        checks = charge["payment_method_details"]["card"]["checks"]
        outcome = charge["outcome"] or {}
        yield Fact("card", card(charge))
        yield Fact("latest_charge", charge["id"], charge["id"])
        yield Fact("checks", ", ".join(f"{name} {made}" for name, made in checks.items() if made))
        yield Fact("risk", str(outcome.get("risk_level") or ""))
        if charge["amount_refunded"]:
            yield Fact("amount_refunded", display(charge["amount_refunded"], charge["currency"]))
        yield _link("balance_transaction", charge)
    error = intent["last_payment_error"] or {}
    yield Fact(
        "last_payment_error",
        " / ".join(filter(None, (error.get("code"), error.get("decline_code")))),
    )
    yield Fact("cancellation_reason", intent["cancellation_reason"] or "")
    yield Fact("description", intent["description"] or "")


def _refund(refund: Document, related: list[Document]) -> Iterator[Fact]:
    yield _link("payment_intent", refund)
    yield Fact("reason", refund["reason"] or "")
    yield Fact("pending_reason", refund.get("pending_reason") or "")
    yield Fact("failure_reason", refund.get("failure_reason") or "")
    yield Fact("destination", " / ".join(map(str, refund["destination_details"]["card"].values())))
    yield _link("balance_transaction", refund)
    yield _link("failure_balance_transaction", refund)


def _dispute(dispute: Document, related: list[Document]) -> Iterator[Fact]:
    yield _link("payment_intent", dispute)
    due_by = dispute["evidence_details"]["due_by"]
    yield Fact("reason", dispute["reason"])
    if due_by:
        yield Fact("due_by", moment(due_by))
    yield Fact("evidence", ", ".join(name for name, given in dispute["evidence"].items() if given))
    yield Fact("submissions", str(dispute["evidence_details"]["submission_count"]))


def _payout(payout: Document, related: list[Document]) -> Iterator[Fact]:
    yield Fact("arrival_date", moment(payout["arrival_date"]))
    yield Fact("reconciliation_status", payout["reconciliation_status"])
    yield Fact("failure", payout["failure_message"] or "")
    yield _link("balance_transaction", payout)


def _event(event: Document, related: list[Document]) -> Iterator[Fact]:
    about = event["data"]["object"]
    yield Fact("about", about["id"], about["id"])
    yield Fact("changed", ", ".join(event["data"].get("previous_attributes", {})))
    yield Fact("request", event["request"]["id"] or "")
    yield Fact("idempotency_key", event["request"]["idempotency_key"] or "")


def _transaction(transaction: Document, related: list[Document]) -> Iterator[Fact]:
    yield _link("source", transaction)
    yield Fact("type", transaction["type"])
    yield Fact("fee", display(transaction["fee"], transaction["currency"]))
    yield Fact("net", display(transaction["net"], transaction["currency"]))
    yield Fact("exchange_rate", str(transaction["exchange_rate"] or ""))
    yield Fact("available_on", moment(transaction["available_on"]))


def _plain(document: Document, related: list[Document]) -> Iterator[Fact]:
    for name in ("payment_intent", "charge", "customer"):
        yield _link(name, document)
    for name in ("name", "email", "closed_reason", "url", "type"):
        yield Fact(name, str(document.get(name) or ""))


def _link(name: str, document: Document) -> Fact:
    return Fact(name, document.get(name) or "", document.get(name) or "")


_KINDS: dict[str, Callable[[Document, list[Document]], Iterator[Fact]]] = {
    "balance_transaction": _transaction,
    "dispute": _dispute,
    "event": _event,
    "payment_intent": _payment,
    "payout": _payout,
    "refund": _refund,
}
