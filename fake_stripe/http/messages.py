"""Requests and answers, and how an answer is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fake_stripe import API_VERSION
from fake_stripe.errors import ApiError
from fake_stripe.http.publishable import visible
from fake_stripe.json_text import encoded

# The media type of nearly every answer.
JSON = "application/json"


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def headers(request: Request, request_id: str) -> dict[str, str]:
    """The headers of every answer; names in lower case."""
    result = {
        "content-type": JSON,
        "cache-control": "no-cache, no-store",
        "request-id": request_id,
        "stripe-version": API_VERSION,
    }
    if request.headers.get("idempotency-key"):
        result |= {
            "idempotency-key": request.headers["idempotency-key"],
            "original-request": request_id,
        }
    return result


def error_body(error: ApiError, request_id: str, *, publishable: bool = False) -> bytes:
    """The error in Stripe's shape; a publishable key sees less of the objects in it."""
    log_url = f"https://dashboard.stripe.com/test/workbench/logs?object={request_id}"
    shown = visible(error.body) if publishable else error.body
    return encoded({"error": {**shown, "request_log_url": log_url}})


def refusal(
    request: Request, request_id: str, error: ApiError, *, publishable: bool = False
) -> Response:
    """The answer to a request that is refused with `error`."""
    body = error_body(error, request_id, publishable=publishable)
    return Response(error.status, headers(request, request_id), body)
