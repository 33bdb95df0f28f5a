"""How often one may try: by address and network together, so that nobody can lock another out, and
by network alone.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

from flask import request
from flask_login import current_user

from portal.accounts.rules import normalise_email
from portal.web.current import current_portal
from portal.web.limits import give_back, limiter, network

View = TypeVar("View", bound=Callable[..., object])

FAILED_SIGN_INS = "10 per 15 minutes"
FAILED_SIGN_INS_PER_NETWORK = "100 per 15 minutes"
FORGOTTEN_PASSWORDS = "5 per hour"
FORGOTTEN_PASSWORDS_PER_NETWORK = "50 per hour"
LINKS = "30 per 15 minutes"


def sign_in(view: View) -> View:
    """Limit failed tries at the sign-in page."""
    limited = _limit(FAILED_SIGN_INS_PER_NETWORK, network)(view)
    limited = _limit(FAILED_SIGN_INS, _account_and_network)(limited)

    @wraps(view)
    def count_failures(*args: Any, **kwargs: Any) -> object:
        response = limited(*args, **kwargs)
        if request.method == "POST" and current_user.is_authenticated:
            give_back()
        return response

    return cast(View, count_failures)


def forgotten_password(view: View) -> View:
    """Limit how many mails a stranger can have sent."""
    view = _limit(FORGOTTEN_PASSWORDS_PER_NETWORK, network)(view)
    return _limit(FORGOTTEN_PASSWORDS, _account_and_network)(view)


def link(view: View) -> View:
    """Limit tries at the pages behind mailed links."""
    return _limit(LINKS, network)(view)


def _limit(rate: str, key: Callable[[], str]) -> Callable[[View], View]:
    return cast(Callable[[View], View], limiter.limit(rate, key_func=key, methods=["POST"]))


def _account_and_network() -> str:
    """Hashed, because limits may be kept in a shared store. However an address is spelled, it is
    the account's.
    """
    typed = request.form.get("email", "")
    try:
        email = normalise_email(typed, test_domains=not current_portal().settings.production)
    except ValueError:  # nobody's
        email = typed
    return sha256(f"{email} {network()}".encode(errors="replace")).hexdigest()
