"""The running portal and the request's reading session, for views."""

from typing import cast

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from portal.context import Portal


def current_portal() -> Portal:
    """The portal that this application was made with."""
    return cast(Portal, current_app.extensions["portal"])


def request_session() -> Session:
    """This request's session, opened when first asked for. It reads only; services open their own
    to write.
    """
    if "session" not in g:
        g.session = current_portal().db.reading_session()
    return cast(Session, g.session)


def fresh_session() -> Session:
    """The request's session moved past what a service has just committed."""
    session = request_session()
    session.rollback()
    session.expire_all()
    return session


def init_app(app: Flask) -> None:
    """Close the request's session when the request ends."""
    app.teardown_appcontext(_close_session)


def _close_session(error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()
