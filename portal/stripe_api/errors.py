"""What can go wrong between us and Stripe, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe


class StripeUnavailable(Exception):
    """Stripe could not be asked or could not answer: nothing is known to have changed."""


class ReplayedFailure(StripeUnavailable):
    """Stripe repeated the failure it first gave to this idempotency key, and always will."""


class StripeRefused(Exception):
    """Stripe judged the call wrong; `code` is Stripe's error code or type.

    `about_key`: it was not the call but our API key that Stripe did not take.
    """

    def __init__(self, code: str, message: str, about_key: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.about_key = about_key

    @property
    def is_missing(self) -> bool:
        """Whether Stripe has no such object on this account: an answer, not a failure."""
        return self.code == "resource_missing"


class NotFromStripe(Exception):
    """A webhook body whose signature, age or shape is not Stripe's."""


@contextmanager
def our_errors() -> Iterator[None]:
    """Turn the SDK's errors into StripeUnavailable and StripeRefused."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeUnavailable(type(error).__name__) from error
    except stripe.IdempotencyError as error:
        raise StripeRefused("idempotency_error", str(error.user_message or "")) from error
    except stripe.StripeError as error:
        if _may_pass(error):
            raise _unavailable(error) from error
        about_key = isinstance(error, stripe.AuthenticationError | stripe.PermissionError)
        code = error.code or type(error).__name__
        raise StripeRefused(code, error.user_message or "", about_key) from error


def _may_pass(error: stripe.StripeError) -> bool:
    status = error.http_status
    return status is None or status >= 500 or status in (409, 429)


def _unavailable(error: stripe.StripeError) -> StripeUnavailable:
    if (error.headers or {}).get("Idempotent-Replayed") == "true":
        return ReplayedFailure(type(error).__name__)
    return StripeUnavailable(type(error).__name__)
