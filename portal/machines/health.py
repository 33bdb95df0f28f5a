"""Pages for the operator's monitors."""

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.web.audience import Audience, audience
from portal.web.current import current_portal

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
@audience(Audience.PUBLIC)
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@audience(Audience.PUBLIC)
def readyz() -> tuple[dict[str, str], int]:
    """The process can serve: its database answers."""
    try:
        with current_portal().db.read() as session:
            session.execute(text("select 1 from users limit 1"))
    except SQLAlchemyError:
        return {"status": "database unavailable"}, 503
    return {"status": "ready"}, 200
