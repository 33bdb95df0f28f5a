"""Balance transactions: what charges, refunds, disputes and payouts do to the balance, in the
settlement currency.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fake_stripe.cards import Card
from fake_stripe.clock import DAY
from fake_stripe.documents import Document
from fake_stripe.money import SETTLEMENT_CURRENCY, Settled, convert, share
from fake_stripe.session import Session

# https://stripe.com/gb/pricing: percent by where the card is from, plus 20p; 2 % for conversion;
# £20 for a dispute.
FIXED_FEE = 20
FX_PERCENT = "2"
DISPUTE_FEE = 2000
_EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
AVAILABLE_AFTER = 3 * DAY


def fee_percent(country: str) -> str:
    return "1.5" if country == "GB" else "2.5" if country in _EEA else "3.25"


@dataclass(frozen=True)
class _Entry:
    """What one balance transaction is about; the words are Stripe's `type` and
    `reporting_category`.
    """

    kind: str
    category: str
    source: str
    settled: Settled
    description: str | None
    fee: int = 0
    fee_name: str = ""


def for_charge(session: Session, charge: Document, card: Card) -> Document:
    """The transaction of a succeeded charge, and a second one of type `stripe_fx_fee` where it is
    converted.
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
    """Money going back to the payer, or returning to us when the refund failed. The fee is not
    given back.
    """
    settled = _signed(refund, 1 if failed else -1)
    name, words = (
        ("refund_failure", "REFUND FAILURE") if failed else ("refund", "REFUND FOR CHARGE")
    )
    return _record(session, _Entry(name, name, refund["id"], settled, words))


def for_dispute(session: Session, dispute: Document, *, won: bool = False) -> Document:
    """The disputed amount withdrawn together with the dispute fee; a dispute won gives back the
    amount alone.
    """
    settled = _signed(dispute, 1 if won else -1)
    category, word = ("dispute_reversal", "reversal") if won else ("dispute", "withdrawal")
    words = f"Chargeback {word} for {dispute['charge']}"
    fee = 0 if won else DISPUTE_FEE
    return _record(
        session, _Entry("adjustment", category, dispute["id"], settled, words, fee, "Dispute fee")
    )


def for_payout(session: Session, payout: Document, *, failed: bool = False) -> Document:
    """Money leaving for the bank (listed with its payout), or coming back."""
    settled = Settled(payout["amount"] if failed else -payout["amount"], payout["currency"], None)
    name, category = ("payout_failure", "payout_reversal") if failed else ("payout", "payout")
    transaction = _draft(
        session, _Entry(name, category, payout["id"], settled, "STRIPE PAYOUT"), session.now
    )
    if not failed:
        transaction["_payout"] = payout["id"]
    session.store.insert(session.account, transaction)
    return transaction


def _signed(document: Document, sign: int) -> Settled:
    settled = convert(document["amount"], document["currency"])
    return replace(settled, amount=sign * settled.amount)


def _record(session: Session, entry: _Entry) -> Document:
    transaction = _draft(session, entry, session.now)
    session.store.insert(session.account, transaction)
    return transaction


def _draft(session: Session, entry: _Entry, available_on: int) -> Document:
    currency = entry.settled.currency
    fee: Document = {
        "amount": entry.fee,
        "application": None,
        "currency": currency,
        "description": entry.fee_name,
    }
    return session.draft(
        "balance_transaction",
        amount=entry.settled.amount,
        available_on=available_on,
        currency=currency,
        description=entry.description,
        exchange_rate=entry.settled.rate,
        fee=entry.fee,
        fee_details=[{**fee, "type": "stripe_fee"}] if entry.fee else [],
        net=entry.settled.amount - entry.fee,
        reporting_category=entry.category,
        source=entry.source,
        type=entry.kind,
    )


def _available_on(now: int) -> int:
    """Midnight UTC, three days on."""
    day = datetime.fromtimestamp(now + AVAILABLE_AFTER, UTC)
    return int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
