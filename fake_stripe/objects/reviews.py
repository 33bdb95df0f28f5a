"""Radar: early fraud warnings and reviews."""

from fake_stripe.documents import Document

EARLY_FRAUD_WARNING: Document = {
    "id": "",
    "object": "radar.early_fraud_warning",
    "actionable": True,
    "charge": "",
    "created": 0,
    "fraud_type": "made_with_lost_card",
    "livemode": False,
}

REVIEW: Document = {
    "id": "",
    "object": "review",
    "billing_zip": None,
    "charge": None,
    "closed_reason": None,
    "created": 0,
    "ip_address": None,
    "ip_address_location": None,
    "livemode": False,
    "open": True,
    "opened_reason": "rule",
    "reason": "rule",
    "session": None,
}
