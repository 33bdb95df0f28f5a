"""Rate limits; several workers must share RATE_LIMIT_STORAGE, or every limit doubles with each."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.settings import Settings

limiter = Limiter(get_remote_address)


def init_app(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings.rate_limit_storage
    app.config["RATELIMIT_STRATEGY"] = "fixed-window"
    limiter.init_app(app)
