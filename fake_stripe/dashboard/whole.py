"""One object with everything that belongs to it: what hangs on it, its money, its events and their
deliveries.
"""

from dataclasses import dataclass, field

from fake_stripe.core import OfflineStripe
from fake_stripe.dashboard import data, facts
from fake_stripe.documents import Document


@dataclass(frozen=True)
class Whole:
    """`events` and `deliveries` make the timeline; `charge` is a payment's latest, as `charges_of`
    has it.
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
    kind = document["object"]
    related = data.of_payment(app, identifier) if kind == "payment_intent" else []
    sources = [identifier, *(entry["id"] for entry in related)]
    if kind == "payout":
        transactions = data.of_payout(app, identifier)
    elif kind == "event":
        transactions = []
    else:
        transactions = data.about(app, "balance_transaction", sources)
    events = [document] if kind == "event" else data.about(app, "event", sources)
    return Whole(
        document,
        facts.of(document, related),
        [entry for entry in related if entry["object"] != "payment_intent"],
        transactions,
        events[::-1],
        data.attempts_of(app, events),
        data.charges_of(app, [document]).get(identifier) if kind == "payment_intent" else None,
    )
