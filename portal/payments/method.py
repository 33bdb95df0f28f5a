"""The payment method, named as people know it. Pure."""

from portal.texts import ENGLISH, in_language
from portal.texts import gettext as _

_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
_WALLETS = {
    "apple_pay": "Apple Pay",
    "google_pay": "Google Pay",
    "link": "Link",
    "samsung_pay": "Samsung Pay",
}


def method_name(brand: str | None, last4: str | None, wallet: str | None) -> str | None:
    """Stripe's card brand and wallet type → "Visa ending 4242" or "Apple Pay · Visa 4242"; None
    where neither is known.

    Codes: docs.stripe.com/api/charges/object#charge_object-payment_method_details-card.
    """
    card = _BRANDS.get(brand or "") or _("Card")
    if wallet in _WALLETS:
        return f"{_WALLETS[wallet]} · {card} {last4}" if last4 else _WALLETS[wallet]
    if last4:
        return _("%(card)s ending %(digits)s", card=card, digits=last4)
    return _BRANDS.get(brand or "")


def written_method(brand: str | None, last4: str | None, wallet: str | None) -> str | None:
    """The same as documents and mails keep it: in English, whoever's page it comes from."""
    with in_language(ENGLISH):
        return method_name(brand, last4, wallet)
