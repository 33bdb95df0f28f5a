"""Every kind of object with every key that Stripe's has, null where nothing applies.

A `BLANK` is a whole object before it is filled in. The keys follow Stripe's OpenAPI document and
the SDK's annotations for API version endive; keys that Stripe itself leaves out until they apply
stand in no blank.
"""

from fake_stripe.documents import Document
from fake_stripe.objects import (
    accounts,
    charges,
    customers,
    disputes,
    events,
    files,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    reviews,
)

BLANKS: dict[str, Document] = {
    "balance_transaction": accounts.BALANCE_TRANSACTION,
    "charge": charges.BLANK,
    "customer": customers.BLANK,
    "dispute": disputes.BLANK,
    "event": events.EVENT,
    "file": files.BLANK,
    "payment_intent": payment_intents.BLANK,
    "payment_method": payment_methods.BLANK,
    "payout": payouts.BLANK,
    "radar.early_fraud_warning": reviews.EARLY_FRAUD_WARNING,
    "refund": refunds.BLANK,
    "review": reviews.REVIEW,
    "webhook_endpoint": events.WEBHOOK_ENDPOINT,
}

PREFIXES = {
    "balance_transaction": "txn_",
    "charge": "ch_3",
    "customer": "cus_",
    "dispute": "du_1",
    "event": "evt_1",
    "file": "file_1",
    "payment_intent": "pi_3",
    "payment_method": "pm_1",
    "payout": "po_1",
    "radar.early_fraud_warning": "issfr_1",
    "refund": "re_3",
    "review": "prv_1",
    "webhook_endpoint": "we_1",
}
