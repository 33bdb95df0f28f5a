"""Rate limits; several workers must share RATE_LIMIT_STORAGE, or every limit doubles with each."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from portal.settings import Settings

limiter = Limiter(get_remote_address)


def person() -> str:
    """Limits by who is signed in: the patients of a ward share one network address."""
    return str(current_user.get_id() or get_remote_address())


def init_app(app: Flask, settings: Settings) -> None:
    """Keep counts where RATE_LIMIT_STORAGE says."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.rate_limit_storage
    app.config["RATELIMIT_STRATEGY"] = "fixed-window"
    limiter.init_app(app)
