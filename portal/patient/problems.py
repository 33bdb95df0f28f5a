"""What a patient reads about a payment that failed. Pure."""

from datetime import timedelta

from portal.patient.decline_texts import FAILED, TEXTS, Problem
from portal.payments.rules import is_news

_PROBLEMS = {code: text for text, codes in TEXTS for code in codes}


def problem(error_code: str) -> Problem:
    """What to tell the payer for a failure code of Stripe's: a decline code or an error code."""
    return _PROBLEMS.get(error_code, FAILED)


def recent_problem(error_code: str | None, since_start: timedelta) -> Problem | None:
    """What went wrong with a try that the payer has just made; nobody is alarmed by an old failure
    again.
    """
    return problem(error_code) if error_code is not None and is_news(since_start) else None
