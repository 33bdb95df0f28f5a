"""Payouts."""

from fake_stripe.documents import Document

BLANK: Document = {
    "id": "",
    "object": "payout",
    "amount": 0,
    "application_fee": None,
    "application_fee_amount": None,
    "arrival_date": 0,
    "automatic": True,
    "balance_transaction": None,
    "created": 0,
    "currency": "gbp",
    "description": "STRIPE PAYOUT",
    "destination": None,
    "failure_balance_transaction": None,
    "failure_code": None,
    "failure_message": None,
    "livemode": False,
    "metadata": {},
    "method": "standard",
    "original_payout": None,
    "payout_method": None,
    "reconciliation_status": "in_progress",
    "reversed_by": None,
    "source_type": "card",
    "statement_descriptor": None,
    "status": "in_transit",
    "trace_id": None,
    "type": "bank_account",
}
