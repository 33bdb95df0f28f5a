"""Balance transactions and the balance."""

from fake_stripe.documents import Document

BALANCE_TRANSACTION: Document = {
    "id": "",
    "object": "balance_transaction",
    "amount": 0,
    "available_on": 0,
    "balance_type": "payments",
    "created": 0,
    "currency": "gbp",
    "description": None,
    "exchange_rate": None,
    "fee": 0,
    "fee_details": [],
    "net": 0,
    "reporting_category": "charge",
    "source": None,
    "status": "pending",
    "type": "charge",
}
