"""Error pages in plain words; the address asked for is never echoed."""

import structlog
from flask import Flask, current_app, g, render_template, request, session
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.response import Response

from portal.infrastructure.db import is_unavailable
from portal.stripe_api.errors import StripeRefused, StripeUnavailable

log = structlog.get_logger()
WITH_PAGE = frozenset({400, 403, 404, 405, 413, 429, 500, 503})
# What is told to whoever can wait by itself: what is away is rarely back at once.
RETRY_SECONDS = 10
Page = tuple[str, int, dict[str, str]]


def init_app(app: Flask) -> None:
    """Answer every error with a page in plain words."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StripeUnavailable, _stripe_unavailable)
    app.register_error_handler(StripeRefused, _stripe_refused)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unexpected)


def _page(code: int, name: str | None = None) -> Page:
    """An error page needs nobody's row: it must stand when the database does not."""
    if "_login_user" not in g:
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    template = f"errors/{name or (code if code in WITH_PAGE else 400)}.html"
    headers = {"Retry-After": str(RETRY_SECONDS)} if code == 503 else {}
    return render_template(template), code, headers


def _http(error: HTTPException) -> Page | Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if error.response is not None:
        return error.response
    return _page(error.code)


def _csrf(error: CSRFError) -> Page:
    """The page belongs to another session than the browser has now; on the sign-in page that is
    the one begun in another tab.
    """
    signing_in = request.endpoint == "security.login" and "_user_id" in session
    if signing_in:
        return _page(400, "signed_in")
    return _page(400, "csrf")


def _stripe_unavailable(error: StripeUnavailable) -> Page:
    return _page(503, "stripe")


def _stripe_refused(error: StripeRefused) -> Page:
    """A call of ours that Stripe judged wrong: nothing changed; the payment's job brings it to the
    office's list.
    """
    log.error("stripe refused", code=error.code, endpoint=request.endpoint)
    return _page(503, "stripe")


def _database(error: DBAPIError) -> Page:
    if not is_unavailable(error):
        return _unexpected(error)
    log.error("database unavailable", endpoint=request.endpoint, error=type(error.orig).__name__)
    return _page(503)


def _unexpected(error: Exception) -> Page:
    log.error("unexpected error", endpoint=request.endpoint, exc_info=error)
    return _page(500)
