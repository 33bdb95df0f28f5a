"""Who may come in from a browser.

The address is this machine's, but a browser shows pages of others too.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

_OUR_DOMAINS = ("localhost", "stripe.com")


def is_called_by_name(host: str) -> bool:
    """Whether a `Host` header is a name of this machine, or Stripe's where a test leads that here.

    Another site can have its own name lead here (DNS rebinding), and its pages could then read
    everything.
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if any(name == domain or name.endswith(f".{domain}") for domain in _OUR_DOMAINS):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_from_another_site(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that a page which is not ours makes this request.

    Names of headers are in lower case.
    """
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    return bool(origin) and urlsplit(origin or "").netloc != headers.get("host")
