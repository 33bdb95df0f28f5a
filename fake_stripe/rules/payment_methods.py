"""Making a PaymentMethod from a card number, a token or a `pm_card_…` name.

The number is forgotten.
"""

import hashlib
import hmac
from datetime import UTC, datetime

from fake_stripe import cards
from fake_stripe.cards import Card
from fake_stripe.documents import Document, Params, named
from fake_stripe.errors import ApiError, missing, unsupported
from fake_stripe.objects.payment_methods import billing_details, card_details
from fake_stripe.rules.metadata import merged
from fake_stripe.rules.texts import check_email
from fake_stripe.runtime.session import Session

# Test tokens whose address check fails need an address to check.
_AVS_DATA: Params = {
    "billing_details": {
        "address": {"line1": "1 Test Street", "postal_code": "N1 1AA", "country": "GB"}
    }
}


def from_data(session: Session, data: Params, param: str = "") -> Document:
    """Make a PaymentMethod from `payment_method_data` or the body of POST /v1/payment_methods.

    `param` prefixes the names in errors. Raises ApiError 400 or 402 (`card_error`) for a card that
    cannot be read.
    """
    if data.get("type") != "card":
        raise ApiError(
            f'The payment method type "{data.get("type")}" is invalid. This offline Stripe knows '
            "cards only.",
            param=named(param, "type"),
        )
    billing = named(param, "billing_details")
    check_email((data.get("billing_details") or {}).get("email") or "", f"{billing}[email]")
    given = data.get("card")
    prefix = named(param, "card")
    if not given:
        raise ApiError(f"Missing required param: {prefix}.", code="parameter_missing", param=prefix)
    if given.get("networks"):
        raise unsupported(named(prefix, "networks"))
    if given.get("token"):
        return _from_token(session, given["token"], data, prefix)
    if not session.publishable:
        raise ApiError(
            "Sending credit card numbers directly to the Stripe API is generally unsafe. We "
            "suggest you use test tokens that map to the test card you are using, see "
            "https://stripe.com/docs/testing.",
            status=402,
        )
    return _from_number(session, given, data, prefix)


def from_name(session: Session, name: str, *, status: int = 400) -> Document:
    """The PaymentMethod with this id, or a new one for a test token such as `pm_card_visa`."""
    card = cards.by_payment_method_token(name)
    if card is not None:
        checked = "fail" in (card.line1, card.postal)
        data = _AVS_DATA if checked else {}
        return _make(session, card, data)
    return session.get("payment_method", name, param="payment_method", status=status)


def card_of(payment_method: Document) -> Card:
    """The test card behind a PaymentMethod, and so what it does when it is charged."""
    stored = dict(payment_method["_card"])
    for name in ("decline", "dispute"):
        stored[name] = stored[name] and tuple(stored[name])
    return Card(**stored)


def _from_token(session: Session, token: str, data: Params, prefix: str) -> Document:
    card = cards.by_token(token)
    if card is None:
        raise missing("token", token, param=f"{prefix}[token]", status=400)
    return _make(session, card, data)


def _from_number(session: Session, given: Params, data: Params, prefix: str) -> Document:
    number = given.get("number", "").replace(" ", "")
    if not cards.passes_luhn(number):
        raise _card_error("incorrect_number", "Your card number is incorrect.", f"{prefix}[number]")
    card = cards.by_number(number)
    month, year, cvc = given.get("exp_month", 0), given.get("exp_year", 0), given.get("cvc", "")
    today = datetime.fromtimestamp(session.now, UTC)
    if 0 < year < 100:
        year += 2000
    if not 1 <= month <= 12:
        raise _card_error(
            "invalid_expiry_month",
            "Your card's expiration month is invalid.",
            f"{prefix}[exp_month]",
        )
    if not (today.year, today.month) <= (year, month) or year > today.year + 50:
        raise _card_error(
            "invalid_expiry_year", "Your card's expiration year is invalid.", f"{prefix}[exp_year]"
        )
    length = 4 if card.brand == "amex" else 3
    if cvc and not (cvc.isascii() and cvc.isdigit() and len(cvc) == length):
        raise _card_error("invalid_cvc", "Your card's security code is invalid.", f"{prefix}[cvc]")
    return _make(session, card, data, number=number, expiry=(month, year), cvc_given=bool(cvc))


def _card_error(code: str, message: str, param: str) -> ApiError:
    return ApiError(message, status=402, kind="card_error", code=code, param=param)


def _make(
    session: Session,
    card: Card,
    data: Params,
    *,
    number: str = "",
    expiry: tuple[int, int] | None = None,
    cvc_given: bool = True,
) -> Document:
    method = draft(session, card, number=number, expiry=expiry) | {
        "allow_redisplay": data.get("allow_redisplay", "unspecified"),
        "billing_details": billing_details(data.get("billing_details") or {}),
        "metadata": merged({}, data),
        "_cvc_given": cvc_given,
    }
    session.store.insert(session.account, method)
    return method


def draft(
    session: Session, card: Card, *, number: str = "", expiry: tuple[int, int] | None = None
) -> Document:
    """A PaymentMethod, not yet stored; cards by token run out in three years."""
    month, year = expiry or (12, datetime.fromtimestamp(session.now, UTC).year + 3)
    secret = f"{session.store.salt}{session.account}".encode()
    fingerprint = hmac.new(
        secret, (number or card.last4 + card.brand).encode(), hashlib.sha256
    ).hexdigest()[:16]
    return session.draft(
        "payment_method",
        billing_details=billing_details({}),
        card=card_details(card, month, year, fingerprint),
        _card=dict(vars(card)),
        _cvc_given=True,
    )
