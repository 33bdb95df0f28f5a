"""Only our own host names are answered, behind known proxies; in development 127.0.0.1 is sent to
localhost.
"""

from urllib.parse import urlsplit

from flask import Flask, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from portal.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """The card form must be on another site than the portal: the offline Stripe is on 127.0.0.1, we
    on localhost.
    """
    hosts = {urlsplit(settings.public_base_url).hostname or "", "localhost"}
    if not settings.production:
        hosts.add("127.0.0.1")
        app.before_request(_leave_loopback_address)
    app.config["TRUSTED_HOSTS"] = sorted(hosts)
    if settings.trusted_proxies:
        # The client's address counts for rate limits; the Host header is still the proxy's to pass
        # on.
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def _leave_loopback_address() -> Response | None:
    name, _, port = request.host.partition(":")
    if (
        name != "127.0.0.1"
        or request.method not in ("GET", "HEAD")
        or request.endpoint in _MACHINES
    ):
        return None
    return redirect(
        f"http://localhost{':' + port if port else ''}{request.full_path.rstrip('?')}", 302
    )


# What monitors and Stripe call; they do not follow redirects.
_MACHINES = frozenset({"operations.healthz", "operations.readyz", "stripe_events.webhook"})
