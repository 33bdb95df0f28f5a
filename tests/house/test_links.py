"""portal/links.py alone spells the addresses of pages, and spells them right."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import links
from tests.house.routes import NOTHING, routes

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")
)
MODULES = sorted(path for path in PORTAL.rglob("*.py") if path != PORTAL / "links.py")
ROUTE_DECORATORS = frozenset({"route", "get", "post"})
# Whatever makes an address of another one, or an absolute one.
NOT_OF_A_PAGE = frozenset({"absolute", "unattended"})
MACHINES = frozenset({"operations.healthz", "operations.readyz", "stripe_events.webhook"})
PAGES = {
    name: function
    for name, function in inspect.getmembers(links, inspect.isfunction)
    if function.__module__ == links.__name__
    and not name.startswith("_")
    and name not in NOT_OF_A_PAGE
}


def address_of(page: Callable[..., str]) -> str:
    """The page's address, with a name of nothing for each thing that it needs to know."""
    needed = [
        parameter
        for parameter in inspect.signature(page).parameters.values()
        if parameter.default is parameter.empty
    ]
    return page(*("x" for _ in needed))


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_route(app: Flask, name: str) -> None:
    adapter = app.url_map.bind("localhost")
    address = address_of(PAGES[name])
    assert adapter.allowed_methods(address), address


def test_every_route_has_its_link(app: Flask) -> None:
    """Machines' addresses are written where those machines are set up."""
    linked = {address_of(page) for page in PAGES.values()}
    assert [
        route.endpoint
        for route in routes(app)
        if route.endpoint not in MACHINES and route.address.replace(NOTHING, "x") not in linked
    ] == []


def test_what_is_put_into_an_address_stays_in_its_place() -> None:
    assert links.bill("../admin?x=#y") == "/bills/..%2Fadmin%3Fx%3D%23y"
    assert links.payments({"q": "a&b=c d"}) == "/payments?q=a%26b%3Dc+d"
    assert (
        links.service("letter", {"options": ["a", "b"]}) == "/services/letter?options=a&options=b"
    )
    assert links.sign_in("/account") == "/sign-in?next=/account"


@pytest.fixture
def beginnings(app: Flask) -> set[str]:
    """What the path of a page begins with: "/bills", "/r"."""
    return {"/" + rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {"/"}


def test_no_template_spells_an_address(beginnings: set[str]) -> None:
    own = re.compile(
        rf"""url_for\(|["'=]/["']|["'](?:{"|".join(map(re.escape, beginnings))})(?:["'/?{{])"""
    )
    assert [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in TEMPLATES
        for found in own.finditer(path.read_text())
    ] == []


def test_no_module_spells_an_address_but_where_a_route_is_declared(beginnings: set[str]) -> None:
    assert [
        f"{path.relative_to(ROOT)}: {text}"
        for path in MODULES
        for text in _strings(ast.parse(path.read_text()))
        if any(_begins(text, one) for one in beginnings)
    ] == []


def test_no_module_asks_flask_for_an_address() -> None:
    assert [path.name for path in MODULES if "url_for(" in path.read_text()] == []


def _begins(text: str, beginning: str) -> bool:
    return re.match(rf"{re.escape(beginning)}(?:[/?]|$)", text) is not None


def _strings(node: ast.AST) -> Iterator[str]:
    """Every string of the code, without those of routes' declarations."""
    if isinstance(node, ast.Call) and _declares_a_route(node):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _strings(child)


def _declares_a_route(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in ROUTE_DECORATORS
        and isinstance(function.value, ast.Name)
        and function.value.id == "blueprint"
    )
