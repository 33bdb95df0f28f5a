"""The version of Stripe's API that everything here is written against."""

from typing import Final

API_VERSION: Final = "2026-10-28.endive"
