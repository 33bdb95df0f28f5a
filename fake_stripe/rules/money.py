"""Amounts as Stripe limits them, and settlement in another currency. Integer minor units."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fake_stripe.errors import ApiError

SETTLEMENT_CURRENCY = "gbp"

# https://docs.stripe.com/currencies#zero-decimal and #three-decimal
ZERO_DECIMAL = frozenset([
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
])  # fmt: skip
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])

# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in minor units.
MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MAXIMUM = 99_999_999

# Pounds for one whole unit. Fixed, so that runs can be compared; without a rate nothing is settled.
RATES = {
    "gbp": "1", "usd": "0.7912", "eur": "0.8563", "jpy": "0.005241", "aud": "0.5174",
    "cad": "0.5763", "chf": "0.9021", "aed": "0.2154", "brl": "0.1432", "czk": "0.03412",
    "dkk": "0.1147", "hkd": "0.1013", "huf": "0.002183", "inr": "0.009214", "mxn": "0.04217",
    "myr": "0.1834", "nok": "0.07312", "nzd": "0.4713", "pln": "0.2014", "ron": "0.1721",
    "sek": "0.07463", "sgd": "0.6021", "thb": "0.02341", "kwd": "2.5731", "bhd": "2.0987",
    "krw": "0.0005612", "vnd": "0.00003102",
}  # fmt: skip
SYMBOLS = {"gbp": "£", "usd": "$", "eur": "€", "jpy": "¥"}


@dataclass(frozen=True)
class Settled:
    """One amount in the settlement currency; `rate` is null where nothing was converted."""

    amount: int
    currency: str
    rate: float | None


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def display(amount: int, currency: str) -> str:
    """`£12.50`, as Stripe writes amounts in its messages."""
    digits = exponent(currency)
    number = f"{Decimal(abs(amount)).scaleb(-digits):,.{digits}f}"
    sign = "-" if amount < 0 else ""
    if currency in SYMBOLS:
        return f"{sign}{SYMBOLS[currency]}{number}"
    return f"{sign}{number} {currency}"


def _named(amount: int, currency: str) -> str:
    """`£12.50 gbp`: the currency is named, and once only."""
    text = display(amount, currency)
    return f"{text} {currency}" if currency in SYMBOLS else text


def checked_currency(currency: str) -> str:
    """The currency in lower case. Raises ApiError 400 for one that is not supported."""
    currency = currency.lower()
    if currency not in RATES:
        listed = ", ".join(sorted(RATES))
        raise ApiError(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {listed}",
            param="currency",
        )
    return currency


def too_low(param: str) -> ApiError:
    """400: less than one minor unit."""
    return ApiError(
        "This value must be greater than or equal to 1.",
        code="parameter_invalid_integer",
        param=param,
    )


def check_amount(amount: int, currency: str) -> None:
    """Raises ApiError 400 unless `amount` is from the currency's minimum charge to eight digits.

    https://docs.stripe.com/currencies#three-decimal: the last digit has to be 0.
    """
    if amount < 1:
        raise too_low("amount")
    if amount > MAXIMUM:
        raise ApiError(
            f"Amount must be no more than {_named(MAXIMUM, currency)}",
            code="amount_too_large",
            param="amount",
        )
    if currency in THREE_DECIMAL and amount % 10:
        raise ApiError(
            f"Amounts in {currency} have to end in 0: banks settle to two decimals.", param="amount"
        )
    refusal = _too_small(amount, currency)
    if refusal:
        raise ApiError(refusal, code="amount_too_small", param="amount")


def _too_small(amount: int, currency: str) -> str:
    """Why the amount is too small, or "".

    A currency without a minimum of its own has that of the currency it settles in.
    """
    if currency in MINIMUM:
        if amount >= MINIMUM[currency]:
            return ""
        return f"Amount must be at least {_named(MINIMUM[currency], currency)}"
    converted, least = convert(amount, currency).amount, MINIMUM[SETTLEMENT_CURRENCY]
    if converted >= least:
        return ""
    return (
        f"Amount must convert to at least {least} pence. {display(amount, currency)} converts to "
        f"approximately {display(converted, SETTLEMENT_CURRENCY)}."
    )


def convert(amount: int, currency: str) -> Settled:
    """`amount` in the settlement currency, rounded half up."""
    if currency == SETTLEMENT_CURRENCY:
        return Settled(amount, currency, None)
    # Stripe: an amount times `exchange_rate` is the amount in the other currency, in minor units.
    rate = Decimal(RATES[currency]).scaleb(exponent(SETTLEMENT_CURRENCY) - exponent(currency))
    return Settled(_rounded(amount * rate), SETTLEMENT_CURRENCY, float(rate))


def share(amount: int, percent: str) -> int:
    """`percent` of `amount`, rounded half up."""
    return _rounded(Decimal(amount) * Decimal(percent) / 100)


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
