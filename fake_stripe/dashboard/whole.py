"""One object with all that belongs to it: related objects, money, events, deliveries."""

from dataclasses import dataclass, field

from fake_stripe.core import OfflineStripe
from fake_stripe.dashboard import data, facts
from fake_stripe.documents import Document


@dataclass(frozen=True)
class Whole:
    """An object and what belongs to it; `events` with their `deliveries` make the timeline.

    `charge` is a payment's latest charge, as `charges_of` has it.
    """

    document: Document
    facts: list[facts.Fact]
    related: list[Document] = field(default_factory=list)
    transactions: list[Document] = field(default_factory=list)
    events: list[Document] = field(default_factory=list)
    deliveries: dict[str, list[Document]] = field(default_factory=dict)
    charge: Document | None = None


def whole(app: OfflineStripe, identifier: str) -> Whole | None:
    """The object of any account, or None where there is none."""
    found = data.by_ids(app, [identifier])
    if not found:
        return None
    document = found[0]
    if document["object"] == "event":
        attempts = data.attempts_of(app, [document])
        return Whole(document, facts.of(document, []), events=[document], deliveries=attempts)
    related, charge = [], None
    if document["object"] == "payment_intent":
        related = data.of_payment(app, identifier)
        charge = data.charges_of(app, [document]).get(identifier)
    sources = [identifier, *(entry["id"] for entry in related)]
    events = data.about(app, "event", sources)
    return Whole(
        document,
        facts.of(document, related),
        [entry for entry in related if entry["object"] != "payment_intent"],
        _transactions(app, document, sources),
        events[::-1],
        data.attempts_of(app, events),
        charge,
    )


def _transactions(app: OfflineStripe, document: Document, sources: list[str]) -> list[Document]:
    """What the object did to the balance; of a payout what it pays out."""
    if document["object"] == "payout":
        return data.of_payout(app, document["id"])
    return data.about(app, "balance_transaction", sources)
