"""Who asks: the key in Basic or Bearer form, or a publishable key among the parameters."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fake_stripe.errors import ApiError

_ACCOUNT = "[A-Za-z0-9_]+"
_KEY_OF_A_KIND = re.compile("(sk|pk|rk)_")
_KEY = re.compile(rf"(sk|rk|pk)_test_({_ACCOUNT})")


@dataclass(frozen=True)
class Caller:
    """`account` is the key's ending: sk_test_X, rk_test_X and pk_test_X belong together."""

    account: str
    publishable: bool


def account_named(text: object) -> str | None:
    """The account of a key, or of the ending of one; None for what can be neither."""
    if not isinstance(text, str):
        return None
    if key := _KEY.fullmatch(text):
        return key[2]
    if not re.fullmatch(_ACCOUNT, text) or _KEY_OF_A_KIND.match(text):
        return None
    return text


def identify(headers: Mapping[str, str], key_param: object) -> Caller:
    """The caller by the Authorization header (names in lower case), else by the `key` parameter.

    Raises ApiError 401, or 403 for a connected account, since none is. Only test keys are accepted:
    this is not Stripe, and no live key should ever reach it.
    """
    key = _from_header(headers.get("authorization", "")) or key_param
    if not key or not isinstance(key, str):
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details, or we can help at "
            "https://support.stripe.com/.",
            status=401,
        )
    match = _KEY.fullmatch(key)
    if not match:
        raise ApiError(f"Invalid API Key provided: {_masked(key)}", status=401)
    if other := headers.get("stripe-account") or headers.get("stripe-context"):
        raise ApiError(
            f"The provided key '{_masked(key)}' does not have access to account '{other}' (or that "
            "account does not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return Caller(match[2], match[1] == "pk")


def _from_header(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


def _masked(key: str) -> str:
    if len(key) < 12:
        return key
    return f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}"
