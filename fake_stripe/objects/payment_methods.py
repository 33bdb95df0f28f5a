"""PaymentMethods made from a test card."""

from fake_stripe.cards import Card
from fake_stripe.documents import Document
from fake_stripe.objects.addresses import address

BLANK: Document = {
    "id": "",
    "object": "payment_method",
    "allow_redisplay": "unspecified",
    "billing_details": {},
    "created": 0,
    "customer": None,
    "customer_account": None,
    "livemode": False,
    "metadata": {},
    "type": "card",
}


def billing_details(given: Document) -> Document:
    """All keys of `billing_details`; what was not given is null, so that address checks know."""
    return {
        "address": address(given.get("address") or {}),
        "email": given.get("email") or None,
        "name": given.get("name") or None,
        "phone": given.get("phone") or None,
        "tax_id": given.get("tax_id") or None,
    }


def card_details(card: Card, exp_month: int, exp_year: int, fingerprint: str) -> Document:
    """`card` of a PaymentMethod: brand, last four digits and expiry, never the number."""
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": None,
        },
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": exp_month,
        "exp_year": exp_year,
        "fingerprint": fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.enrolled},
        "wallet": _wallet(card),
    }


def _wallet(card: Card) -> Document | None:
    if card.wallet is None:
        return None
    return {"dynamic_last4": card.last4, "type": card.wallet, card.wallet: {}}
