"""Lists, their filters and the balance cost the same however much an account holds."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import quote

import pytest

from fake_stripe.clock import Clock
from fake_stripe.core import OfflineStripe, Request
from fake_stripe.documents import Document
from fake_stripe.http.routing import Route
from tests.fake_stripe.http.many_objects import FEW, MANY, START, fill

KEY = {"authorization": "Bearer sk_test_clinic"}
# What cuts a page out of a list, and what says how it is shown.
PAGING = {"ending_before", "expand", "limit", "starting_after"}
# At most one a day, and one for each address: reading all of them costs little.
SMALL = ("/v1/payouts", "/v1/webhook_endpoints")
SCAN = re.compile("SCAN (objects|deliveries)")
SEARCH = re.compile("SEARCH objects USING (COVERING )?INDEX")
ABSENT = "nothing_has_this"
# The path and query of each request to make of an offline Stripe.
Requests = Callable[[OfflineStripe], list[tuple[str, str]]]
LISTS = [
    route
    for route in OfflineStripe.router.routes
    if route.method == "GET" and route.shape.endswith(("ListParams", "ListRefundsParams"))
]
FILTERS = [
    pytest.param(route, name, id=f"{route.pattern}-{name}")
    for route in LISTS
    for name in sorted(set(route.rule(False).fields) - PAGING - route.unsupported)
]


@cache
def _offline(count: int) -> OfflineStripe:
    offline = OfflineStripe(clock=Clock(START), seed=1)
    fill(offline, "clinic", count)
    return offline


def _kind(route: Route) -> str:
    """The kind of object that the list is of."""
    last = route.pattern.rpartition("/")[2].removesuffix("s")
    return f"radar.{last}" if last == "early_fraud_warning" else last


def _last(offline: OfflineStripe, kind: str, order: str) -> Document:
    """The object of the kind that comes first in this order: ASC for the oldest."""
    query = f"SELECT id FROM objects WHERE kind = ? ORDER BY created {order}, seq {order} LIMIT 1"  # noqa: S608
    (row,) = offline.store.rows(query, (kind,))
    found = offline.store.get("clinic", row["id"], kind)
    assert found is not None
    return found


def _queries(offline: OfflineStripe, route: Route, name: str) -> list[str]:
    """Requests by this filter: for what only the oldest object has, for what none has."""
    oldest = _last(offline, _kind(route), "ASC")
    if name in ("arrival_date", "created"):
        moment = oldest[name]
        return [f"{name}={moment}", f"{name}[lte]={moment}", f"{name}[gte]={moment}"]
    if name == "delivery_success":
        return ["delivery_success=true", "delivery_success=false"]
    if name == "types":
        return ["types[]=charge.succeeded&types[]=customer.created", f"types[]={ABSENT}"]
    if name == "type" and _kind(route) == "event":
        return ["type=charge.succeeded", "type=charge.*", f"type={ABSENT}"]
    value = oldest.get(f"_{name}", oldest.get(name))
    assert value is not None
    return [f"{name}={quote(value)}", *_absent(route, name)]


def _absent(route: Route, name: str) -> list[str]:
    """None, where the values are a fixed choice."""
    return [] if route.rule(False).fields[name].choices else [f"{name}={ABSENT}"]


def _path(offline: OfflineStripe, route: Route) -> str:
    return route.pattern.replace(":id", _last(offline, "charge", "ASC")["id"])


def _read(offline: OfflineStripe, path: str, query: str) -> tuple[int, list[str]]:
    """Steps that SQLite takes for a request, and the statements that it is asked."""
    steps = 0
    asked: list[str] = []

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection = offline.store.connection
    connection.set_progress_handler(count, 1)
    connection.set_trace_callback(asked.append)
    try:
        answer = offline.handle(Request("GET", path, query, KEY))
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_trace_callback(None)
    assert answer.status == 200, answer.body
    return steps, [statement for statement in asked if statement.startswith(("SELECT", "WITH"))]


def _plans(offline: OfflineStripe, statements: list[str]) -> Iterator[str]:
    for statement in statements:
        for row in offline.store.connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            yield str(row["detail"])


def _assert_indexed(requests: Requests, *, whole: bool = False) -> None:
    """The plan neither scans nor sorts what there is, and the work does not grow with it.

    `whole`: a list that is short enough to be read whole.
    """
    for few, many in zip(requests(_offline(FEW)), requests(_offline(MANY)), strict=True):
        steps_of_few, _ = _read(_offline(FEW), *few)
        steps, asked = _read(_offline(MANY), *many)
        plans = list(_plans(_offline(MANY), asked))

        assert [plan for plan in plans if SCAN.match(plan)] == [], many
        assert [plan for plan in plans if SEARCH.match(plan)], many
        # Several types are a page of each, put in order together.
        assert "USE TEMP B-TREE FOR ORDER BY" not in plans or "MERGE (UNION ALL)" in plans, many
        assert whole or steps < steps_of_few * 1.5, f"{many}: {plans}"


@pytest.mark.parametrize(("route", "name"), FILTERS)
def test_every_filter_finds_its_objects_by_an_index(route: Route, name: str) -> None:
    def requests(offline: OfflineStripe) -> list[tuple[str, str]]:
        return [(_path(offline, route), query) for query in _queries(offline, route, name)]

    _assert_indexed(requests, whole=route.pattern in SMALL)


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.pattern)
def test_every_page_is_found_by_an_index(route: Route) -> None:
    def requests(offline: OfflineStripe) -> list[tuple[str, str]]:
        path = _path(offline, route)
        after = f"starting_after={_last(offline, _kind(route), 'DESC')['id']}"
        before = f"ending_before={_last(offline, _kind(route), 'ASC')['id']}"
        return [(path, ""), (path, after), (path, before)]

    _assert_indexed(requests, whole=route.pattern in SMALL)


def test_the_balance_is_added_up_from_an_index() -> None:
    _assert_indexed(lambda _: [("/v1/balance", "")])
