"""Who may see a route. Every route declares its audience; one that does not is closed."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar, cast

from flask import Flask, abort, current_app, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import links
from portal.accounts.models import User

View = TypeVar("View", bound=Callable[..., object])


class Audience(StrEnum):
    """A role's own pages, everybody who is signed in, or everybody."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PATIENT = "patient"
    CLINICIAN = "clinician"
    ADMINISTRATOR = "administrator"


def audience(*audiences: Audience) -> Callable[[View], View]:
    """Declare who a view is for; `enforce` holds it before the view runs."""

    def declare(view: View) -> View:
        view.audiences = frozenset(audiences)  # type: ignore[attr-defined]
        return view

    return declare


def declare_endpoints(app: Flask, audiences: dict[str, frozenset[Audience]]) -> None:
    """Declare the audience of views that a library defines, by endpoint."""
    app.extensions.setdefault("audiences", {}).update(audiences)


def audiences_of(app: Flask, endpoint: str) -> frozenset[Audience]:
    """The declared audiences of an endpoint; empty when it declares none."""
    declared = app.extensions.get("audiences", {}).get(endpoint)
    if declared is None:
        declared = getattr(app.view_functions[endpoint], "audiences", frozenset())
    return cast(frozenset[Audience], declared)


def signed_in_user() -> User:
    """The user of this request, on a page that is not public."""
    return cast(User, current_user._get_current_object())


def init_app(app: Flask) -> None:
    """Hold the declared audience before each view runs."""
    app.before_request(_enforce)


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None
    allowed = audiences_of(current_app, request.endpoint)
    if Audience.PUBLIC in allowed:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if Audience.SIGNED_IN not in allowed and signed_in_user().role.value not in allowed:
        abort(404)
    return None


def _to_sign_in() -> Response:
    """To the sign-in page, and back here afterwards; a partial makes the whole page go."""
    then = request.path if request.method == "GET" else None
    target = links.sign_in(then)
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)
