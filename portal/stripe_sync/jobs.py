"""Acting on stored webhooks."""

from portal.jobs import Failure, JobKind
from portal.stripe_api.errors import StripeRefused
from portal.stripe_sync.inbox import act
from portal.stripe_sync.models import StripeEvent


def judge(error: Exception) -> Failure:
    """Stripe refuses the same call every time, until somebody mends our key or our account."""
    if isinstance(error, StripeRefused) and not error.about_key:
        return Failure.MAY_LAST
    return Failure.PASSES


KIND = JobKind("stripe_event", StripeEvent, act, judge)
