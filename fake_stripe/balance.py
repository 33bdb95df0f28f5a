"""Balance transactions: what charges, refunds, disputes and payouts do to the balance, in the settlement currency."""

from datetime import UTC, datetime

from fake_stripe.documents import Document
from fake_stripe.money import SETTLEMENT_CURRENCY, Settled, convert, share
from fake_stripe.payment_methods import Card
from fake_stripe.session import Session

# https://stripe.com/gb/pricing: percent by where the card is from, plus 20p; 2 % for conversion; £20 for a dispute.
FIXED_FEE = 20
FX_PERCENT = "2"
DISPUTE_FEE = 2000
_EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
AVAILABLE_AFTER = 3 * 86400


def fee_percent(country: str) -> str:
    return "1.5" if country == "GB" else "2.5" if country in _EEA else "3.25"


def for_charge(session: Session, charge: Document, card: Card) -> Document:
    """The transaction of a succeeded charge, and a second one of type `stripe_fx_fee` where it is converted."""
    settled = convert(charge["amount_captured"], charge["currency"])
    fee = share(settled.amount, fee_percent(card.country)) + FIXED_FEE
    available_on = session.now if card.available_at_once else _available_on(session.now)
    transaction = _record(
        session, "charge", charge["id"], settled, fee, "Stripe processing fees", "charge", available_on=available_on,
        description=charge["description"],
    )  # fmt: skip
    if settled.rate is not None:
        fx_fee = Settled(-share(settled.amount, FX_PERCENT), SETTLEMENT_CURRENCY, None)
        _record(
            session, "stripe_fx_fee", charge["id"], fx_fee, 0, "", "fee", available_on=available_on,
            description="Currency conversion fee",
        )  # fmt: skip
    return transaction


def for_refund(session: Session, refund: Document, *, failed: bool = False) -> Document:
    """Money going back to the payer, or returning to us when the refund failed. The fee is not given back."""
    settled = convert(refund["amount"], refund["currency"])
    sign = 1 if failed else -1
    return _record(
        session, "refund_failure" if failed else "refund", refund["id"],
        Settled(sign * settled.amount, settled.currency, settled.rate), 0, "",
        "refund_failure" if failed else "refund", available_on=session.now,
        description="REFUND FAILURE" if failed else "REFUND FOR CHARGE",
    )  # fmt: skip


def for_dispute(session: Session, dispute: Document, *, won: bool = False) -> Document:
    """The disputed amount withdrawn together with the dispute fee; a dispute won gives back the amount alone."""
    settled = convert(dispute["amount"], dispute["currency"])
    sign = 1 if won else -1
    return _record(
        session, "adjustment", dispute["id"], Settled(sign * settled.amount, settled.currency, settled.rate),
        0 if won else DISPUTE_FEE, "Dispute fee", "dispute_reversal" if won else "dispute", available_on=session.now,
        description=f"Chargeback {'reversal' if won else 'withdrawal'} for {dispute['charge']}",
    )  # fmt: skip


def for_payout(session: Session, payout: Document, *, failed: bool = False) -> Document:
    amount = payout["amount"] if failed else -payout["amount"]
    return _record(
        session, "payout_failure" if failed else "payout", payout["id"], Settled(amount, payout["currency"], None), 0,
        "", "payout_reversal" if failed else "payout", available_on=session.now, description="STRIPE PAYOUT",
        payout=None if failed else payout["id"],
    )  # fmt: skip


def shown(session: Session, transaction: Document) -> Document:
    """With the status it has by now."""
    transaction["status"] = "available" if transaction["available_on"] <= session.now else "pending"
    return transaction


def _record(
    session: Session,
    type: str,
    source: str,
    settled: Settled,
    fee: int,
    fee_name: str,
    category: str,
    *,
    available_on: int,
    description: str | None,
    payout: str | None = None,
) -> Document:
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": settled.currency,
            "description": fee_name,
            "type": "stripe_fee",
        }
    ]
    return session.new(
        "balance_transaction",
        amount=settled.amount,
        available_on=available_on,
        currency=settled.currency,
        description=description,
        exchange_rate=settled.rate,
        fee=fee,
        fee_details=details if fee else [],
        net=settled.amount - fee,
        reporting_category=category,
        source=source,
        type=type,
        _payout=payout,
    )


def _available_on(now: int) -> int:
    """Midnight UTC, three days on."""
    day = datetime.fromtimestamp(now + AVAILABLE_AFTER, UTC)
    return int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
