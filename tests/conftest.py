"""Fixtures shared by all tests; each comes from a module of tests/support."""

from hypothesis import settings

# Examples differ in time from machine to machine; a slow one is not a wrong one.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

pytest_plugins = [
    "tests.support.network",
    "tests.support.databases",
    "tests.support.offline_stripe",
    "tests.support.portals",
    "tests.support.people",
    "tests.support.bills",
    "tests.support.browser",
]
