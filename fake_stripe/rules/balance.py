"""Balance transactions, in the settlement currency.

They are what charges, refunds, disputes and payouts do to the balance.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fake_stripe.cards import Card
from fake_stripe.clock import DAY
from fake_stripe.documents import Document
from fake_stripe.rules.money import SETTLEMENT_CURRENCY, Settled, convert, share
from fake_stripe.runtime.session import Session

# https://stripe.com/gb/pricing: percent by the card's country plus 20p; 2 % for conversion; £20 for
# a dispute.
FIXED_FEE = 20
FX_PERCENT = "2"
DISPUTE_FEE = 2000
_EEA = frozenset([
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
])  # fmt: skip
AVAILABLE_AFTER = 3 * DAY


def fee_percent(country: str) -> str:
    """The fee for a card of this country (two letters), in percent as a decimal."""
    if country == "GB":
        return "1.5"
    return "2.5" if country in _EEA else "3.25"


@dataclass(frozen=True)
class _Entry:
    """What one balance transaction is about, in Stripe's words (`type`, `reporting_category`)."""

    kind: str
    category: str
    source: str
    settled: Settled
    description: str | None
    fee: int = 0
    fee_name: str = ""


def for_charge(session: Session, charge: Document, card: Card) -> Document:
    """The transaction of a succeeded charge.

    A converted charge gets a second one, of type `stripe_fx_fee`.
    """
    transactions = charge_transactions(session, charge, card)
    session.store.insert_many(session.account, transactions)
    return transactions[0]


def charge_transactions(session: Session, charge: Document, card: Card) -> list[Document]:
    """As `for_charge`, not yet stored."""
    settled = convert(charge["amount_captured"], charge["currency"])
    fee = share(settled.amount, fee_percent(card.country)) + FIXED_FEE
    available_on = session.now if card.available_at_once else _available_on(session.now)
    entries = [
        _Entry(
            "charge",
            "charge",
            charge["id"],
            settled,
            charge["description"],
            fee,
            "Stripe processing fees",
        ),
    ]
    if settled.rate is not None:
        fx_fee = Settled(-share(settled.amount, FX_PERCENT), SETTLEMENT_CURRENCY, None)
        entries.append(
            _Entry("stripe_fx_fee", "fee", charge["id"], fx_fee, "Currency conversion fee")
        )
    return [_draft(session, entry, available_on) for entry in entries]


def for_refund(session: Session, refund: Document, *, failed: bool = False) -> Document:
    """Money going back to the payer, or back to us where the refund failed.

    Stripe keeps the fee in both cases.
    """
    settled = _settled(refund, comes_in=failed)
    name, words = "refund", "REFUND FOR CHARGE"
    if failed:
        name, words = "refund_failure", "REFUND FAILURE"
    return _record(session, _Entry(name, name, refund["id"], settled, words))


def for_dispute(session: Session, dispute: Document, *, won: bool = False) -> Document:
    """The disputed amount and the dispute fee withdrawn, or (`won`) the amount alone given back."""
    settled = _settled(dispute, comes_in=won)
    category, word, fee = "dispute", "withdrawal", DISPUTE_FEE
    if won:
        category, word, fee = "dispute_reversal", "reversal", 0
    words = f"Chargeback {word} for {dispute['charge']}"
    return _record(
        session, _Entry("adjustment", category, dispute["id"], settled, words, fee, "Dispute fee")
    )


def for_payout(session: Session, payout: Document, *, failed: bool = False) -> Document:
    """Money leaving for the bank (listed with its payout), or coming back."""
    name, category = "payout", "payout"
    if failed:
        name, category = "payout_failure", "payout_reversal"
    settled = _settled(payout, comes_in=failed)
    transaction = _draft(
        session, _Entry(name, category, payout["id"], settled, "STRIPE PAYOUT"), session.now
    )
    if not failed:
        transaction["_payout"] = payout["id"]
    session.store.insert(session.account, transaction)
    return transaction


def _settled(document: Document, *, comes_in: bool) -> Settled:
    """The object's amount in the settlement currency, negative where the money leaves."""
    settled = convert(document["amount"], document["currency"])
    return settled if comes_in else replace(settled, amount=-settled.amount)


def _record(session: Session, entry: _Entry) -> Document:
    transaction = _draft(session, entry, session.now)
    session.store.insert(session.account, transaction)
    return transaction


def _draft(session: Session, entry: _Entry, available_on: int) -> Document:
    currency = entry.settled.currency
    return session.draft(
        "balance_transaction",
        amount=entry.settled.amount,
        available_on=available_on,
        currency=currency,
        description=entry.description,
        exchange_rate=entry.settled.rate,
        fee=entry.fee,
        fee_details=_fee_details(entry),
        net=entry.settled.amount - entry.fee,
        reporting_category=entry.category,
        source=entry.source,
        type=entry.kind,
    )


def _fee_details(entry: _Entry) -> list[Document]:
    if not entry.fee:
        return []
    return [
        {
            "amount": entry.fee,
            "application": None,
            "currency": entry.settled.currency,
            "description": entry.fee_name,
            "type": "stripe_fee",
        }
    ]


def _available_on(now: int) -> int:
    """Midnight UTC, three days on."""
    day = datetime.fromtimestamp(now + AVAILABLE_AFTER, UTC)
    return int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
