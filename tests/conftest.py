"""Fixtures shared by all tests; each comes from a module of tests/support."""

pytest_plugins = [
    "tests.support.network",
    "tests.support.databases",
    "tests.support.offline_stripe",
    "tests.support.portals",
    "tests.support.people",
    "tests.support.bills",
    "tests.support.browser",
]
