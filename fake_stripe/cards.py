"""Stripe's test cards and what each does.

Source: https://docs.stripe.com/testing. Numbers and tokens are two names for the same cards. A full
number is looked up and forgotten.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Card:
    """One test card.

    `decline` is (code, decline_code). `three_d_secure` says that the payer must authenticate
    (`set_up`: not when the payer is away), `enrolled` that the payer can be asked to. `line1`,
    `postal` and `cvc` are the checks of AVS and CVC as they come out when the payer gave something
    to check.
    """

    last4: str
    brand: str = "visa"
    country: str = "US"
    funding: str = "credit"
    decline: tuple[str, str] | None = None
    three_d_secure: bool = False
    enrolled: bool = True
    set_up: bool = False
    line1: str = "pass"
    postal: str = "pass"
    cvc: str = "pass"
    dispute: tuple[str, str] | None = None
    fraud_warning: bool = False
    refund: str = "succeeded"
    risk: str = "normal"
    available_at_once: bool = False
    wallet: str | None = None


def _refused(decline_code: str) -> tuple[str, str]:
    return "card_declined", decline_code


GENERIC = _refused("generic_decline")
_FRAUD = ("fraudulent", "needs_response")
_INQUIRY = ("fraudulent", "warning_needs_response")
_NOT_RECEIVED = ("product_not_received", "needs_response")

# number -> (name of its tokens, the card)
_TABLE: dict[str, tuple[str, Card]] = {
    "4242424242424242": ("visa", Card("4242")),
    "4000056655665556": ("visa_debit", Card("5556", funding="debit")),
    "5555555555554444": ("mastercard", Card("4444", brand="mastercard")),
    "5200828282828210": ("mastercard_debit", Card("8210", brand="mastercard", funding="debit")),
    "5105105105105100": ("mastercard_prepaid", Card("5100", brand="mastercard", funding="prepaid")),
    "378282246310005": ("amex", Card("0005", brand="amex", enrolled=False)),
    "6011111111111117": ("discover", Card("1117", brand="discover")),
    "3056930009020004": ("diners", Card("0004", brand="diners")),
    "3566002020360505": ("jcb", Card("0505", brand="jcb", country="JP")),
    "6200000000000005": ("unionpay", Card("0005", brand="unionpay", country="CN")),
    "4000008260000000": ("gb", Card("0000", country="GB")),
    "4000002760000016": ("de", Card("0016", country="DE")),
    "4000002500000003": ("fr", Card("0003", country="FR")),
    "4000003720000005": ("ie", Card("0005", country="IE")),
    "4000007240000007": ("es", Card("0007", country="ES")),
    "4000003800000008": ("it", Card("0008", country="IT")),
    "4000005280000002": ("nl", Card("0002", country="NL")),
    "4000001240000000": ("ca", Card("0000", country="CA")),
    "4000000360000006": ("au", Card("0006", country="AU")),
    "4000000000000002": ("chargeDeclined", Card("0002", decline=GENERIC)),
    "4000000000009995": (
        "chargeDeclinedInsufficientFunds",
        Card("9995", decline=_refused("insufficient_funds")),
    ),
    "4000000000009987": ("chargeDeclinedLostCard", Card("9987", decline=_refused("lost_card"))),
    "4000000000009979": ("chargeDeclinedStolenCard", Card("9979", decline=_refused("stolen_card"))),
    "4000000000006975": (
        "chargeDeclinedVelocityLimitExceeded",
        Card("6975", decline=_refused("card_velocity_exceeded")),
    ),
    "4000000000000069": ("chargeDeclinedExpiredCard", Card("0069", decline=("expired_card",) * 2)),
    "4000000000000127": (
        "chargeDeclinedIncorrectCvc",
        Card("0127", decline=("incorrect_cvc",) * 2, cvc="fail"),
    ),
    "4000000000000119": (
        "chargeDeclinedProcessingError",
        Card("0119", decline=("processing_error",) * 2),
    ),
    "4000000000000341": ("chargeCustomerFail", Card("0341", decline=GENERIC)),
    "4100000000000019": (
        "radarBlock",
        Card("0019", decline=_refused("fraudulent"), risk="highest"),
    ),
    "4000002760003184": ("authenticationRequired", Card("3184", country="DE", three_d_secure=True)),
    "4000002500003155": (
        "authenticationRequiredOnSetup",
        Card("3155", country="FR", three_d_secure=True),
    ),
    "4000003800000446": (
        "authenticationRequiredSetupForOffSession",
        Card("0446", country="IT", three_d_secure=True, set_up=True),
    ),
    "4000000000003220": ("threeDSecure2Required", Card("3220", three_d_secure=True)),
    "4000000000003063": ("threeDSecureRequired", Card("3063", three_d_secure=True)),
    "4000000000003055": ("threeDSecureOptional", Card("3055")),
    "4000008400001629": (
        "threeDSecureRequiredChargeDeclined",
        Card("1629", three_d_secure=True, decline=GENERIC),
    ),
    "4000008260003178": (
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        Card("3178", country="GB", three_d_secure=True, decline=_refused("insufficient_funds")),
    ),
    "4000000000000010": ("avsFail", Card("0010", line1="fail", postal="fail")),
    "4000000000000028": ("avsLine1Fail", Card("0028", line1="fail")),
    "4000000000000036": ("avsZipFail", Card("0036", postal="fail")),
    "4000000000000044": ("avsUnchecked", Card("0044", line1="unavailable", postal="unavailable")),
    "4000000000000101": ("cvcCheckFail", Card("0101", cvc="fail")),
    "4000000000000259": ("createDispute", Card("0259", dispute=_FRAUD)),
    "4000000000002685": ("createDisputeProductNotReceived", Card("2685", dispute=_NOT_RECEIVED)),
    "4000000000001976": ("createDisputeInquiry", Card("1976", dispute=_INQUIRY)),
    "4000000000005423": ("createIssuerFraudRecord", Card("5423", fraud_warning=True)),
    "4000000000007726": ("pendingRefund", Card("7726", refund="pending")),
    "4000000000005126": ("refundFail", Card("5126", refund="failed")),
    "4000000000000077": ("bypassPending", Card("0077", available_at_once=True)),
    "4000003720000278": (
        "bypassPendingInternational",
        Card("0278", country="IE", available_at_once=True),
    ),
    "4000000000009235": ("riskLevelElevated", Card("9235", risk="elevated")),
    "4000000000004954": (
        "riskLevelHighest",
        Card("4954", risk="highest", decline=_refused("fraudulent")),
    ),
}

# A number that is well formed but not a test card.
UNKNOWN = Card("", decline=("card_declined", "test_mode_live_card"))

_BY_NUMBER = {number: card for number, (_, card) in _TABLE.items()}
_BY_NAME = dict(_TABLE.values())
_ALIASES = {
    "chargeDeclinedFraudulent": "radarBlock",
    "threeDSecureNotSupported": "amex",
    "us": "visa",
    **{f"visa_{name}": name for name in _BY_NAME if name.startswith("chargeDeclined")},
}
_BY_NAME |= {alias: _BY_NAME[name] for alias, name in _ALIASES.items()}
_PAYMENT_METHODS = {"pm_card_" + name: card for name, card in _BY_NAME.items()}
_TOKENS = {"tok_" + name: card for name, card in _BY_NAME.items()} | {
    "tok_test_applepay": replace(_BY_NUMBER["4242424242424242"], wallet="apple_pay")
}

_BRANDS = (
    ("amex", ("34", "37")),
    ("diners", ("30", "36", "38", "39")),
    ("discover", ("60", "64", "65")),
    ("jcb", ("35",)),
    ("mastercard", ("51", "52", "53", "54", "55", "2")),
    ("unionpay", ("62", "81")),
    ("visa", ("4",)),
)


def by_number(number: str) -> Card:
    """The test card with this number, or a declined one for any other number."""
    card = _BY_NUMBER.get(number)
    return card or replace(UNKNOWN, last4=number[-4:], brand=brand_of(number))


def by_payment_method_token(token: str) -> Card | None:
    """The card behind `pm_card_…`, or None."""
    return _PAYMENT_METHODS.get(token)


def by_token(token: str) -> Card | None:
    """The card behind `tok_…`, or None."""
    return _TOKENS.get(token)


def brand_of(number: str) -> str:
    """The card's brand by the first digits of its number; "unknown" for none."""
    return next((brand for brand, starts in _BRANDS if number.startswith(starts)), "unknown")


def passes_luhn(number: str) -> bool:
    """ISO/IEC 7812-1 check digit, on a number of 12 to 19 digits."""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    weighted = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(sum(divmod(value, 10)) for value in weighted) % 10 == 0
