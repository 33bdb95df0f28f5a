"""Rate limits; several workers must share RATE_LIMIT_STORAGE, or every limit doubles with each.

Where that storage does not answer, each worker counts by itself until it does.
"""

from ipaddress import IPv6Address, ip_address, ip_network

import structlog
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from portal.infrastructure.redis import SHORT_WAITS
from portal.settings import Settings

log = structlog.get_logger()
# What one household or one firm is given (RFC 6177); every machine in it may use any address.
_IPV6_NETWORK = 64


def network() -> str:
    """Where the visitor comes from: an IPv4 address, or the network of an IPv6 one."""
    seen = get_remote_address()
    try:
        address = ip_address(seen)
    except ValueError:  # a proxy may say something else
        return seen
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)


limiter = Limiter(network)


def person() -> str:
    """Limits by who is signed in: the patients of a ward share one network address."""
    return str(current_user.get_id() or network())


def give_back() -> None:
    """Do not count this request after all.

    A try is counted before it is made: counted afterwards, as many as come at once would all pass.
    """
    storage = limiter.limiter.storage
    try:
        for counted in limiter.current_limits:
            storage.incr(counted.key, counted.limit.get_expiry(), -1)
    except storage.base_exceptions as error:
        log.warning("a try stays counted", error=type(error).__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Keep counts where RATE_LIMIT_STORAGE says."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.rate_limit_storage
    app.config["RATELIMIT_STORAGE_OPTIONS"] = SHORT_WAITS
    app.config["RATELIMIT_STRATEGY"] = "fixed-window"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)
