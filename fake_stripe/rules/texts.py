"""Texts as Stripe limits them: length, addresses, what a bank statement can show."""

import re
from urllib.parse import urlsplit

from fake_stripe.documents import Params
from fake_stripe.errors import ApiError

LONGEST = 5000
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_UNPRINTABLE = re.compile(r"[<>\\'\"*]")


def check_length(text: str, longest: int, param: str) -> None:
    """Raises ApiError 400 where the text has more than `longest` characters."""
    if len(text) <= longest:
        return
    if longest > 22:
        text = f"{text[:12]}...{text[-4:]}"
    raise ApiError(f"Invalid string: {text}; must be at most {longest} characters", param=param)


def check(params: Params) -> None:
    """Raises ApiError 400 for addresses that cannot be and for what no bank statement can show."""
    for name in ("email", "receipt_email"):
        check_email(params.get(name) or "", name)
    if params.get("return_url") and not _is_url(params["return_url"]):
        raise ApiError("Not a valid URL", code="url_invalid", param="return_url")
    for name in ("statement_descriptor", "statement_descriptor_suffix"):
        _check_descriptor(params.get(name) or "", name)


def check_email(text: str, param: str) -> None:
    """Raises ApiError 400 where the text is neither empty nor an email address."""
    if text and not _EMAIL.fullmatch(text):
        raise ApiError(f"Invalid email address: {text}", code="email_invalid", param=param)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path) and " " not in text)


def _check_descriptor(text: str, param: str) -> None:
    if _UNPRINTABLE.search(text):
        raise ApiError(
            "The statement descriptor cannot contain any of these characters: < > \\ ' \" *",
            param=param,
        )
    if text and not re.search(r"[A-Za-z]", text):
        raise ApiError(
            "The statement descriptor must contain at least one alphabetic character.", param=param
        )
