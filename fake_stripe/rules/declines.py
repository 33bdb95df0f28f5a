"""What a payer is told when a card is declined.

The words are those of https://docs.stripe.com/error-codes and /declines/codes.
"""

from fake_stripe.cards import Card
from fake_stripe.documents import Document, public
from fake_stripe.errors import DOCS

_MESSAGES = {
    "authentication_not_handled": (
        "This payment required an authentication action to complete, but "
        "`error_on_requires_action` was set. When you're ready, you can upgrade your integration "
        "to handle actions at "
        "https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions."
    ),
    "card_velocity_exceeded": (
        "Your card was declined for making repeated attempts too frequently or exceeding its "
        "amount limit."
    ),
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "test_mode_live_card": (
        "Your card was declined. Your request was in test mode, but used a non test (live) card. "
        "For a list of valid test cards, visit: https://stripe.com/docs/testing."
    ),
}
_ADVICE = {
    "expired_card": "confirm_card_data",
    "incorrect_cvc": "confirm_card_data",
    "lost_card": "do_not_try_again",
    "stolen_card": "do_not_try_again",
}
# The part of the card that the payer has to look at again.
_PARAMS = {"expired_card": "exp_month", "incorrect_cvc": "cvc"}
_ELEVATED = (
    "Stripe evaluated this payment as having elevated risk, and placed it in your manual review "
    "queue."
)
_BLOCKED = "Stripe blocked this payment as too risky."
_NO_DETAILS = "The bank did not return any further details with this decline."

AUTHENTICATION_FAILURE = "payment_intent_authentication_failure"
AUTHENTICATION_MESSAGE = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or "
    "a new PaymentMethod to attempt to fulfill this PaymentIntent again."
)


def message(decline_code: str) -> str:
    """What a payer is told of a decline."""
    return _MESSAGES.get(decline_code, "Your card was declined.")


def error(code: str, decline_code: str, charge: str | None, payment_method: Document) -> Document:
    """The error of a declined card, as in `last_payment_error` and as in the 402 answer.

    `charge` is the failed charge, if it came to one.
    """
    body = {
        "advice_code": _ADVICE.get(decline_code, "try_again_later"),
        "charge": charge,
        "code": code,
        "decline_code": decline_code,
        "doc_url": DOCS + code.replace("_", "-"),
        "message": message(decline_code),
        "param": _PARAMS.get(code),
        "payment_method": public(payment_method),
        "type": "card_error",
    }
    return {key: value for key, value in body.items() if value is not None}


def authentication_error(payment_method: Document) -> Document:
    """The error that a failed 3-D Secure leaves in `last_payment_error`: no charge was made."""
    return {
        "code": AUTHENTICATION_FAILURE,
        "doc_url": DOCS + AUTHENTICATION_FAILURE.replace("_", "-"),
        "message": AUTHENTICATION_MESSAGE,
        "payment_method": public(payment_method),
        "type": "invalid_request_error",
    }


def outcome(card: Card, decline: tuple[str, str] | None = None) -> Document:
    """`outcome` of a charge: what Radar and the bank said. `decline` is (code, decline_code)."""
    risk_score = {"normal": 20, "elevated": 70, "highest": 90}[card.risk]
    body: Document = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": card.risk,
        "risk_score": risk_score,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if card.risk == "elevated":
        body |= {
            "type": "manual_review",
            "reason": "elevated_risk_level",
            "seller_message": _ELEVATED,
        }
    if decline and card.risk == "highest":
        body |= {
            "network_status": "not_sent_to_network",
            "reason": "highest_risk_level",
            "seller_message": _BLOCKED,
            "type": "blocked",
        }
    elif decline:
        body |= {
            "advice_code": _ADVICE.get(decline[1], "try_again_later"),
            "network_status": "declined_by_network",
            "reason": decline[1],
            "seller_message": _seller_message(decline[1]),
            "type": "issuer_declined",
        }
    return body


def _seller_message(decline_code: str) -> str:
    if decline_code == "generic_decline":
        return _NO_DETAILS
    return f"The bank returned the decline code `{decline_code}`."
