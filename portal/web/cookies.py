"""The signed cookie that a browser carries."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from portal.infrastructure.signing import ClockSigner


class CookieSessions(SecureCookieSessionInterface):
    """Flask's, but a cookie from a machine whose clock is a little ahead is no empty one."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask's serializer, by the portal's clock; None where the application has no key."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = ClockSigner
        return serializer


def init_app(app: Flask) -> None:
    app.session_interface = CookieSessions()
