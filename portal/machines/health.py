"""Pages for the operator's monitors."""

import time
from threading import Lock

from flask import Blueprint, Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.infrastructure.queue import wake_ups_at
from portal.settings import Settings
from portal.web.audience import Audience, audience
from portal.web.current import current_portal
from portal.web.limits import limiter

blueprint = Blueprint("operations", __name__)
# Monitors ask often, and anybody may: what hangs is not asked by each of them.
ASK_EVERY_SECONDS = 2.0


class Helpers:
    """What the portal works without, less well: whether each of them answers."""

    def __init__(self, settings: Settings) -> None:
        self._wake_ups = wake_ups_at(settings.queue_url)
        self._lock = Lock()
        self._asked_at: float | None = None
        self._status: dict[str, str] = {}

    def status(self) -> dict[str, str]:
        """By name, "ok" or what is done without it."""
        with self._lock:
            now = time.monotonic()
            if self._asked_at is None or now - self._asked_at >= ASK_EVERY_SECONDS:
                self._status, self._asked_at = self._ask(), now
            return self._status

    def _ask(self) -> dict[str, str]:
        queue = limits = "ok"
        if self._wake_ups is not None and not self._wake_ups.is_there():
            queue = "unavailable: the worker looks for jobs by itself"
        if not limiter.storage.check():
            limits = "unavailable: each process counts for itself"
        return {"queue": queue, "rate limits": limits}


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["helpers"] = Helpers(settings)


@blueprint.get("/healthz")
@audience(Audience.PUBLIC)
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@audience(Audience.PUBLIC)
def readyz() -> tuple[dict[str, str], int]:
    """The process can serve: its database answers. What it does without is said beside that."""
    try:
        with current_portal().db.read() as session:
            session.execute(text("select 1 from users limit 1"))
    except SQLAlchemyError:
        return {"status": "database unavailable"}, 503
    helpers: dict[str, str] = current_app.extensions["helpers"].status()
    status = "ready" if set(helpers.values()) == {"ok"} else "degraded"
    return {"status": status, **helpers}, 200
