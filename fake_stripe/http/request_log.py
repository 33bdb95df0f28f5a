"""What clients asked, for tests to look at. Card numbers and codes are never kept."""

import re

from fake_stripe.cards import passes_luhn
from fake_stripe.documents import Params
from fake_stripe.http.messages import Request, Response
from fake_stripe.runtime.accounts import Received

# Bytes of parameters that are kept of one request: a thousand requests are kept.
LONGEST = 20_000
_MASK = "[masked]"
_SECRET = frozenset(("number", "cvc", "client_secret", "key"))
_FORM = "application/x-www-form-urlencoded"
# As long as a card number (ISO/IEC 7812), without and with blanks and dashes between the digits.
_NUMBERS = [
    re.compile(rf"(?<![0-9])[0-9](?:{between}[0-9]){{11,18}}(?![0-9])") for between in ("", "[ -]?")
]


def described(request: Request, params: Params, response: Response, now: float) -> Received:
    """The request to be kept: its parameters without secrets, none where its body is no form."""
    key = request.headers.get("idempotency-key")
    if key:
        key = _without_numbers(key)
    version = request.headers.get("stripe-version")
    return Received(
        int(now),
        request.method,
        _without_numbers(request.path),
        _kept(request, params),
        key or None,
        response.status,
        response.headers.get("request-id"),
        version and _without_numbers(version),
    )


def _kept(request: Request, params: Params) -> Params:
    length = len(request.query) + len(request.body)
    if length > LONGEST:
        return {"[too long to keep]": f"{length} bytes"}
    if request.body and not _is_form(request):
        return {}
    return _masked(params)


def _is_form(request: Request) -> bool:
    """Some clients call JSON a form: curl does unless it is told."""
    content_type = request.headers.get("content-type") or _FORM
    return content_type.startswith(_FORM) and not request.body.lstrip().startswith((b"{", b"["))


def _masked(params: Params) -> Params:
    return {_without_numbers(name): _shown(name, value) for name, value in params.items()}


def _shown(name: str, value: Params | str) -> Params | str:
    if name in _SECRET:
        return _MASK
    return _masked(value) if isinstance(value, dict) else _without_numbers(value)


def _without_numbers(text: str) -> str:
    """The text with every card number in it masked, wherever a client has put it."""
    for pattern in _NUMBERS:
        text = pattern.sub(_without_number, text)
    return text


def _without_number(found: re.Match[str]) -> str:
    is_number = passes_luhn(re.sub("[ -]", "", found[0]))
    return _MASK if is_number else found[0]
