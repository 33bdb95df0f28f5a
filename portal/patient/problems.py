"""What a patient reads about a payment. Pure.

Every problem says what happened, that nothing was taken, and what to do next.
"""

from dataclasses import dataclass
from datetime import timedelta

from portal.payments.rules import is_news
from portal.texts import lazy_gettext


@dataclass(frozen=True)
class Problem:
    heading: str
    text: str


_DECLINED = Problem(
    lazy_gettext("Your card was declined"),
    lazy_gettext("You have not been charged. Try another card, or ask your bank why."),
)
_AUTHENTICATION = Problem(
    lazy_gettext("Your bank could not check that it was you"),
    lazy_gettext("You have not been charged. Try again, or use another card."),
)
# https://docs.stripe.com/declines/codes; a lost or stolen card reads like any other decline, as
# Stripe asks.
_PROBLEMS = {
    "authentication_required": _AUTHENTICATION,
    "payment_intent_authentication_failure": _AUTHENTICATION,
    "expired_card": Problem(
        lazy_gettext("Your card has expired"),
        lazy_gettext("You have not been charged. Check the expiry date, or use another card."),
    ),
    "incorrect_cvc": Problem(
        lazy_gettext("The security code is wrong"),
        lazy_gettext(
            "You have not been charged. Check the 3 or 4 digits on your card and try again."
        ),
    ),
    "incorrect_number": Problem(
        lazy_gettext("The card number is wrong"),
        lazy_gettext("You have not been charged. Check the number and try again."),
    ),
    "insufficient_funds": Problem(
        lazy_gettext("There is not enough money on this card"),
        lazy_gettext("You have not been charged. Use another card, or try again later."),
    ),
    "processing_error": Problem(
        lazy_gettext("The card company had a problem"),
        lazy_gettext(
            "You have not been charged. Wait a minute and try again, or use another card."
        ),
    ),
}
UNAVAILABLE = Problem(
    lazy_gettext("We cannot reach our payment company just now"),
    lazy_gettext("You have not been charged. Please try again in a minute."),
)


def problem(error_code: str) -> Problem:
    """What to tell the payer for a failure code of Stripe's."""
    return _PROBLEMS.get(error_code, _DECLINED)


def recent_problem(error_code: str | None, since_start: timedelta) -> Problem | None:
    """What went wrong with a try that the payer has just made; nobody is alarmed by an old failure
    again.
    """
    return problem(error_code) if error_code is not None and is_news(since_start) else None
