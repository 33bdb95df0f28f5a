"""Which Stripe the tests of this folder talk to: the offline one, or the test mode of the account
of given keys.
"""

import os
from pathlib import Path
from uuid import uuid4

from portal.settings import STRIPE_API, STRIPE_JS, Settings
from tests.support.portals import make_settings

# Set by `python -m tests.real_stripe` only: keys that happen to stand in an environment reach no
# network.
WANTED = "REAL_STRIPE"


def is_real() -> bool:
    return os.environ.get(WANTED) == "1"


def real_settings(folder: Path, database_url: str = "sqlite://", **changes: object) -> Settings:
    """A portal's settings with the keys of the environment and Stripe's own addresses."""
    keys = {
        name: os.environ[name.upper()] for name in ("stripe_secret_key", "stripe_publishable_key")
    }
    stripe = {
        "stripe_api_base": STRIPE_API,
        "stripe_js_url": STRIPE_JS,
        "public_base_url": f"http://{uuid4().hex}.test",
    }
    return make_settings(folder, database_url, **{**keys, **stripe, **changes})
