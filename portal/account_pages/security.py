"""Flask-Security, set up for this portal: pages for signing in and out, hashing, the current user
(ADR 0002).
"""

from datetime import timedelta
from typing import Any

import flask
from flask import Flask, Response, flash, g, render_template, request
from flask_login import current_user, user_logged_out
from flask_security import Security
from flask_security.mail_util import MailUtil
from flask_security.signals import user_authenticated
from flask_security.utils import set_request_attr
from flask_wtf import FlaskForm

from portal import links
from portal.account_pages import limits
from portal.account_pages.datastore import UserStore
from portal.account_pages.forms import SignInForm
from portal.accounts import passwords, rules, service, sessions
from portal.accounts.models import User
from portal.context import Portal
from portal.infrastructure import clock
from portal.settings import Settings
from portal.texts import lazy_gettext
from portal.web.audience import Audience, declare_endpoints
from portal.web.current import current_portal, request_session
from portal.web.htmx import is_unattended

TOKEN = "session_token"  # noqa: S105  the cookie's key, not a secret
# What a cookie may carry from before signing in: what Flask-Login and Flask-Security have just put
# there.
SURVIVES_SIGN_IN = frozenset({"_user_id", "_fresh", "_id", "fs_cc", "fs_paa"})
SIGNED_OUT = lazy_gettext("You have signed out.")
TIMED_OUT = lazy_gettext("We signed you out to keep your account safe. Sign in to go on.")


def init_app(app: Flask, portal: Portal) -> None:
    """Give `app` its sign-in and sign-out pages and its `current_user`."""
    app.config.update(_configuration(portal.settings))
    security = Security()
    security.init_app(
        app, UserStore(), login_form=SignInForm, mail_util_cls=_NoMail, render_template=_render
    )
    security.want_json(_never)
    security.login_manager.user_loader(_load_user)
    # Otherwise `?auth_token=` would sign in on every page.
    security.login_manager.request_loader(None)
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    app.after_request(_after_signing)
    app.view_functions["security.login"] = limits.sign_in(app.view_functions["security.login"])
    declare_endpoints(
        app,
        {
            "security.login": frozenset({Audience.PUBLIC}),
            # Pressing "Sign out" where time has already run out is not an error.
            "security.logout": frozenset({Audience.PUBLIC}),
        },
    )


def session_token() -> str:
    """The token of this request's session, on a page that is not public."""
    return str(flask.session[TOKEN])


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECURITY_LOGIN_URL": links.sign_in(),
        "SECURITY_LOGOUT_URL": links.sign_out(),
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": links.home(),
        "SECURITY_POST_LOGOUT_VIEW": links.sign_in(),
        "SECURITY_LOGIN_USER_TEMPLATE": "account_pages/sign_in.html",
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"test_environment": not settings.production},
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        # Argon2 alone; the library's extra HMAC would tie every password to SECRET_KEY.
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_NORMALIZE_FORM": passwords.NORMAL_FORM,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": passwords.MEMORY_COST,
            "argon2__time_cost": passwords.TIME_COST,
            "argon2__parallelism": passwords.PARALLELISM,
        },
        # Pages and commands of the library that the portal does not use.
        "SECURITY_FRESHNESS": timedelta(-1),
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_FLASH_MESSAGES": False,
        # The server-side row decides; a phone changes its address on the way home.
        "SESSION_PROTECTION": None,
    }


def _load_user(identity: str) -> User | None:
    """The signed-in user, from one look-up by the cookie's token; a cookie whose row has ended is
    emptied.
    """
    token = flask.session.get(TOKEN, "")
    now = clock.now()
    found = sessions.find_user(request_session(), identity, token, now)
    if found is None:
        _forget_sign_in()
        return None
    user, last_seen_at = found
    request_session().expunge(user)
    if not is_unattended():
        sessions.touch(current_portal().db, token, last_seen_at, now)
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", flask.session.get("fs_paa", 0))
    return user


def _forget_sign_in() -> None:
    flask.session.clear()
    flash(str(TIMED_OUT), "info")


def _signed_in(
    app: Flask, user: User, authn_via: list[str] | None = None, **kwargs: object
) -> None:
    """Start a session of our own; nothing planted in the cookie before survives, the CSRF token
    neither.
    """
    for key in set(flask.session) - SURVIVES_SIGN_IN:
        del flask.session[key]
    g.pop("csrf_token", None)
    flask.session[TOKEN] = service.open_session(
        current_portal(), user, via=(authn_via or ["password"])[0]
    )


def _signed_out(app: Flask, user: User | None, **kwargs: object) -> None:
    if user is not None and user.is_authenticated and TOKEN in flask.session:
        service.end_session(current_portal(), user, session_token())
    flask.session.clear()
    flash(str(SIGNED_OUT), "good")


def _after_signing(response: Response) -> Response:
    """Where the library redirects after a form, a browser is told to GET (303), and only to a path
    of ours.
    """
    if request.method != "POST" or response.location is None:
        return response
    if request.endpoint == "security.logout":
        response.status_code, response.location = 303, links.sign_in()
    elif request.endpoint == "security.login" and current_user.is_authenticated:
        response.status_code, response.location = (
            303,
            rules.local_path(request.form.get("next")) or links.home(),
        )
    return response


def _render(template: str, **context: Any) -> tuple[str, int]:
    """The library's pages, its one form under the name that our templates give a form; 422 where
    the form is wrong.
    """
    form = next(value for value in context.values() if isinstance(value, FlaskForm))
    return render_template(template, **{**context, "form": form}), 422 if form.errors else 200


def _never(incoming: flask.Request) -> bool:
    """The library would answer sign-in as JSON too; the portal is pages only."""
    return False


class _NoMail(MailUtil):
    """Every mail goes through portal.mail, in the transaction of its change; addresses are spelled
    as our forms do.
    """

    def normalize(self, email: str) -> str:
        return rules.normalise_email(email, test_domains=not current_portal().settings.production)

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("write the mail with portal.mail.service")
