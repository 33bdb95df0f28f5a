"""Fixtures shared by all tests, each from a module of tests/support; and the order in which tests
run.
"""

import os

import pytest
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
    "tests.support.documents",
    "tests.support.mail_servers",
    "tests.support.browser",
    "tests.support.served",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal the tests out to the parallel processes, the longest first: what is left for the end is
    short.

    xdist gives each process one stretch of the list, and takes from the end of another's when one
    has nothing to do.
    """
    marks = ("long", "journey")
    items.sort(key=lambda item: [item.get_closest_marker(mark) is None for mark in marks])
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [item for process in range(processes) for item in items[process::processes]]
