"""Charges: what a payment attempt leaves behind, and what becomes of it."""

from fake_stripe.cards import Card
from fake_stripe.documents import Document
from fake_stripe.objects.charges import card_details
from fake_stripe.rules import declines
from fake_stripe.runtime.session import Session


def create(
    session: Session, intent: Document, payment_method: Document, card: Card, authenticated: bool
) -> Document:
    """The charge of a confirmed intent, before the bank has answered."""
    charge = draft(session, intent, payment_method, card, authenticated=authenticated)
    session.save(payment_method)
    session.store.insert(session.account, charge)
    return charge


def draft(
    session: Session,
    intent: Document,
    payment_method: Document,
    card: Card,
    *,
    authenticated: bool = False,
) -> Document:
    """As `create`, not yet stored; what the bank checked is noted on the PaymentMethod."""
    checks = _checks(payment_method, card)
    payment_method["card"]["checks"] = checks
    charge = session.draft("charge")
    return charge | {
        "amount": intent["amount"],
        "billing_details": payment_method["billing_details"],
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "outcome": declines.outcome(card),
        "payment_intent": intent["id"],
        "payment_method": payment_method["id"],
        "payment_method_details": card_details(
            payment_method, intent["amount"], checks, authenticated
        ),
        "receipt_email": intent["receipt_email"],
        "receipt_url": _receipt(session, charge),
        "shipping": intent["shipping"],
        "transfer_group": intent["transfer_group"],
        **statement_descriptor(intent),
    }


def _receipt(session: Session, charge: Document) -> str | None:
    return f"{session.base_url}/receipts/{charge['id']}" if session.base_url else None


def mark_paid(intent: Document, charge: Document, amount: int | None = None) -> None:
    """Both succeeded, with all that was asked for or with `amount` of it (minor units).

    What was authorised and not captured is let go, which Stripe counts as refunded.
    """
    if amount is None:
        amount = charge["amount"]
    charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": amount}
    charge["amount_refunded"] = charge["amount"] - amount
    intent |= {
        "status": "succeeded",
        "amount_received": amount,
        "amount_capturable": 0,
        "processing": None,
    }


def fail(session: Session, charge: Document, card: Card, decline: tuple[str, str]) -> None:
    """The bank declined with (code, decline_code)."""
    code, decline_code = decline
    charge |= {
        "status": "failed",
        "failure_code": code,
        "failure_message": declines.message(decline_code),
        "outcome": declines.outcome(card, decline),
    }
    session.save(charge)
    session.emit("charge.failed", charge)


def statement_descriptor(intent: Document) -> Document:
    """A charge's fields about the text on the payer's bank statement: 22 characters at most."""
    suffix = intent["statement_descriptor_suffix"]
    words = "OFFLINE STRIPE"
    if suffix:
        words = f"{words}* {suffix}"[:22]
    return {"calculated_statement_descriptor": words, "statement_descriptor_suffix": suffix}


def _checks(payment_method: Document, card: Card) -> Document:
    """What the bank checked: null for what the payer did not give."""
    address = payment_method["billing_details"]["address"]
    checked = {
        "address_line1_check": (address["line1"], card.line1),
        "address_postal_code_check": (address["postal_code"], card.postal),
        "cvc_check": (payment_method["_cvc_given"], card.cvc),
    }
    return {name: result if given else None for name, (given, result) in checked.items()}
