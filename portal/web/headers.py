"""Response headers: content security policy with a nonce, no storing of anything personal, the
usual hardening.
"""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g
from secure import Secure
from secure.headers import (
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from portal.settings import STRIPE_JS, Settings


def csp_nonce() -> str:
    """This response's nonce for our own script tags."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def allow_stripe() -> None:
    """Let this response load Stripe's script and frames; only the checkout page does."""
    g.csp_allows_stripe = True


def init_app(app: Flask, settings: Settings) -> None:
    """Put the security headers on every answer."""
    hsts = None
    if settings.production:
        hsts = StrictTransportSecurity().max_age(63_072_000).include_subdomains()
    secure = Secure(
        coop=CrossOriginOpenerPolicy().same_origin_allow_popups(),
        hsts=hsts,
        # Payment Request must stay allowed for Stripe's frames: wallets use it.
        permissions=PermissionsPolicy().camera().geolocation().microphone(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )
    stripe_sources = _stripe_sources(settings)
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in secure.headers.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = _policy(stripe_sources)
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "HX-Request")
        return response


def _stripe_sources(settings: Settings) -> dict[str, list[str]]:
    if settings.stripe_js_url == STRIPE_JS:
        scripts = ["https://js.stripe.com", "https://*.js.stripe.com"]
        return {
            "script-src": scripts,
            "frame-src": [*scripts, "https://hooks.stripe.com"],
            "connect-src": ["https://api.stripe.com"],
        }
    parts = urlsplit(settings.stripe_js_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return {
        "script-src": [origin],
        "frame-src": [origin],
        "connect-src": [settings.stripe_api_base],
    }


def _policy(stripe_sources: dict[str, list[str]]) -> str:
    directives: dict[str, list[str]] = {
        "default-src": ["'none'"],
        "script-src": [f"'nonce-{csp_nonce()}'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
    if g.get("csp_allows_stripe"):
        for name, sources in stripe_sources.items():
            directives[name] = [*directives.get(name, []), *sources]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
