"""How often one may try: by address and network together, so that nobody can lock another out, and
by network alone.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from flask import request
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from portal.web.limits import limiter

View = TypeVar("View", bound=Callable[..., object])

FAILED_SIGN_INS = "10 per 15 minutes"
FAILED_SIGN_INS_PER_NETWORK = "100 per 15 minutes"
FORGOTTEN_PASSWORDS = "5 per hour"
FORGOTTEN_PASSWORDS_PER_NETWORK = "50 per hour"
LINKS = "30 per 15 minutes"


def sign_in(view: View) -> View:
    """Limit failed tries at the sign-in page."""
    view = _limit(FAILED_SIGN_INS, _address_and_network, _was_refused)(view)
    return _limit(FAILED_SIGN_INS_PER_NETWORK, get_remote_address, _was_refused)(view)


def forgotten_password(view: View) -> View:
    """Limit how many mails a stranger can have sent."""
    view = _limit(FORGOTTEN_PASSWORDS, _address_and_network)(view)
    return _limit(FORGOTTEN_PASSWORDS_PER_NETWORK, get_remote_address)(view)


def link(view: View) -> View:
    """Limit tries at the pages behind mailed links."""
    return _limit(LINKS, get_remote_address)(view)


def _limit(
    rate: str, key: Callable[[], str], counts: Callable[[Response], bool] | None = None
) -> Callable[[View], View]:
    return limiter.limit(rate, key_func=key, methods=["POST"], deduct_when=counts)  # type: ignore[return-value]


def _address_and_network() -> str:
    """Hashed, because limits may be kept in a shared store."""
    email = request.form.get("email", "").strip().lower()
    return sha256(f"{email} {get_remote_address()}".encode()).hexdigest()


def _was_refused(response: Response) -> bool:
    return response.status_code == 422
