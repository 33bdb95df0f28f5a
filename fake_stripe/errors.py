"""Errors in Stripe's shape: `type, code, param, message, …`, with absent keys left out."""

from fake_stripe.documents import Document

DOCS = "https://docs.stripe.com/error-codes/"
_NO_IDENTIFIER = (
    "If you are trying to list objects, remove the trailing slash. If you are trying to retrieve "
    "an object, make sure you passed a valid (non-empty) identifier in your code. "
)


class ApiError(Exception):
    """An answer other than 200.

    `keeps_changes`: a decline is an error to the caller, yet what it did (a failed charge) stays.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_changes: bool = False,
        **more: object,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_changes = keeps_changes
        doc_url = code and DOCS + code.replace("_", "-")
        body: Document = {
            "code": code,
            "doc_url": doc_url,
            "message": message,
            "param": param,
            "type": kind,
            **more,
        }
        self.body: Document = {key: value for key, value in body.items() if value is not None}


class ConnectionDropped(Exception):
    """The client shall see no answer.

    An injected time-out, which takes `seconds`, or a server that cannot be reached.
    """

    def __init__(self, kind: str, seconds: float) -> None:
        super().__init__(kind)
        self.seconds = seconds if kind == "timeout" else 0.0


def missing(name: str, identifier: str, *, param: str = "id", status: int = 404) -> ApiError:
    """`resource_missing`: 404 for the object in the path, 400 for one named by a parameter."""
    return ApiError(
        f"No such {name}: '{identifier}'", status=status, code="resource_missing", param=param
    )


def unsupported(param: str) -> ApiError:
    """For what Stripe takes and what means something that is not here."""
    message = f"The parameter `{param}` is not supported by this offline Stripe."
    return ApiError(message, param=param)


def absent(method: str, path: str) -> ApiError:
    """For an endpoint that Stripe has and that is not here. No 404: no object is missing."""
    return ApiError(f"This is not supported by this offline Stripe: {method} {path}")


def unrecognised(method: str, path: str) -> ApiError:
    """404 for a path that is none of Stripe's."""
    hint = _NO_IDENTIFIER if "//" in f"{path}/" else ""
    return ApiError(
        f"Unrecognized request URL ({method}: {path}). {hint}Please see https://stripe.com/docs or "
        "we can help at https://support.stripe.com/.",
        status=404,
    )


def rate_limited() -> ApiError:
    """429, as an injected fault makes it."""
    return ApiError(
        "Request rate limit exceeded. Learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
    )


def crashed() -> ApiError:
    """500: a handler crashed, or a fault wants it to look so."""
    return ApiError(
        "An unknown error occurred. The offline Stripe wrote the reason to its standard error.",
        status=500,
        kind="api_error",
    )
