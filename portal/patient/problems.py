"""What a patient reads about a payment. Pure.

Every problem says what happened, that nothing was taken, and what to do next.
"""

from dataclasses import dataclass
from datetime import timedelta

from portal.payments.rules import is_news

NOT_CHARGED = "You have not been charged."


@dataclass(frozen=True)
class Problem:
    heading: str
    text: str


_DECLINED = Problem(
    "Your card was declined", f"{NOT_CHARGED} Try another card, or ask your bank why."
)
_AUTHENTICATION = Problem(
    "Your bank could not check that it was you", f"{NOT_CHARGED} Try again, or use another card."
)
# https://docs.stripe.com/declines/codes; a lost or stolen card reads like any other decline, as
# Stripe asks.
_PROBLEMS = {
    "authentication_required": _AUTHENTICATION,
    "payment_intent_authentication_failure": _AUTHENTICATION,
    "expired_card": Problem(
        "Your card has expired", f"{NOT_CHARGED} Check the expiry date, or use another card."
    ),
    "incorrect_cvc": Problem(
        "The security code is wrong",
        f"{NOT_CHARGED} Check the 3 or 4 digits on your card and try again.",
    ),
    "incorrect_number": Problem(
        "The card number is wrong", f"{NOT_CHARGED} Check the number and try again."
    ),
    "insufficient_funds": Problem(
        "There is not enough money on this card",
        f"{NOT_CHARGED} Use another card, or try again later.",
    ),
    "processing_error": Problem(
        "The card company had a problem",
        f"{NOT_CHARGED} Wait a minute and try again, or use another card.",
    ),
}
UNAVAILABLE = Problem(
    "We cannot reach our payment company just now", f"{NOT_CHARGED} Please try again in a minute."
)


def problem(error_code: str) -> Problem:
    """What to tell the payer for a failure code of Stripe's."""
    return _PROBLEMS.get(error_code, _DECLINED)


def recent_problem(error_code: str | None, since_start: timedelta) -> Problem | None:
    """What went wrong with a try that the payer has just made; nobody is alarmed by an old failure
    again.
    """
    return problem(error_code) if error_code is not None and is_news(since_start) else None
