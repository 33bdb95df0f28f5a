"""The patient payment portal."""

from portal.application import create_app

__all__ = ["create_app"]
