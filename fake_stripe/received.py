"""What clients asked, for tests to look at. Card numbers and codes are never kept."""

from dataclasses import dataclass

from fake_stripe.documents import Params
from fake_stripe.errors import ApiError
from fake_stripe.form_data import parse
from fake_stripe.messages import Request, Response

_SECRET = frozenset(("number", "cvc", "client_secret", "key"))


@dataclass(frozen=True)
class Received:
    """One request as it came in; `at` is Unix seconds on the test clock, status 0 means that it never arrived."""

    at: int
    method: str
    path: str
    params: Params
    idempotency_key: str | None
    status: int
    request_id: str | None


def described(request: Request, response: Response, now: float) -> Received:
    try:
        params = _masked(parse(request.query) | parse(request.body.decode("utf-8", "replace")))
    except ApiError:
        params = {}
    headers = request.headers
    request_id = response.headers.get("request-id")
    return Received(
        int(now), request.method, request.path, params, headers.get("idempotency-key"), response.status, request_id
    )


def _masked(params: Params) -> Params:
    return {
        key: "[masked]" if key in _SECRET else _masked(value) if isinstance(value, dict) else value
        for key, value in params.items()
    }
