"""Refunds."""

from fake_stripe.documents import Document

BLANK: Document = {
    "id": "",
    "object": "refund",
    "amount": 0,
    "balance_transaction": None,
    "charge": None,
    "created": 0,
    "currency": "gbp",
    "customer": None,
    "customer_account": None,
    "destination_details": {"card": {"type": "pending"}, "type": "card"},
    "metadata": {},
    "payment_intent": None,
    "payment_method": None,
    "reason": None,
    "receipt_number": None,
    "source_transfer_reversal": None,
    "status": "pending",
    "transfer_reversal": None,
}
